// What the WebAssembly module exports: one Explorer, as functions of numbers. viewer/src/engine/engine.ts is
// the other side; words and orders stand there and here.
//
// A function that can fail returns 0 when it has, and error_text() says why. Arrays are memory of the module,
// valid until the next call that builds; any call may make the module's memory grow, which moves what
// JavaScript sees.

#include <cstdint>
#include <memory>
#include <new>
#include <string>

#include "explorer.hpp"

#define EXPORTED(name) extern "C" __attribute__((export_name(#name)))

using namespace misfit;

/// What one page holds.
struct Page {
    std::unique_ptr<Explorer> explorer;
    std::vector<Spin> incoming;  ///< sigma on its way in, [N]
    std::vector<Site> bonds;     ///< [bonds, 2]
    std::vector<Spin> shell;     ///< 1 in the shell, [N]
    Scalars scalars;
    DeviationSpread spread = {};
    std::string error;
};

namespace {

/// Does it; 1, or 0 and the reason in page.error.
template <class Task>
int tried(Page& page, const Task& task) {
    try {
        task();
        return 1;
    } catch (const std::bad_alloc&) {
        page.error = "there is not enough memory for this crystal";
    } catch (const std::exception& failure) {
        page.error = failure.what();
    }
    return 0;
}

int build(Page& page, const CrystalParameters& shape, const Shell& shell, double seed) {
    return tried(page, [&] {
        page.explorer = nullptr;  // its memory first
        page.explorer = std::make_unique<Explorer>(shape, shell, static_cast<std::uint64_t>(seed));
        const Crystal& crystal = page.explorer->crystal();
        page.incoming.assign(static_cast<std::size_t>(crystal.size()), Spin{-1});
        page.bonds.clear();
        for (const Bond& bond : crystal.bonds())
            page.bonds.insert(page.bonds.end(), {bond.first, bond.second});
        page.shell.clear();
        for (Site site = 0; site < crystal.size(); ++site)
            page.shell.push_back(static_cast<Spin>(crystal.is_shell(site)));
    });
}

}  // namespace

EXPORTED(open_page) Page* open_page() { return new Page; }
EXPORTED(error_text) const char* error_text(const Page* page) { return page->error.c_str(); }

EXPORTED(build_hexagon) int build_hexagon(Page* page, int side, int layers, double stiffness, double seed) {
    return build(*page, Hexagon{side}, {layers, stiffness}, seed);
}
EXPORTED(build_box)
int build_box(Page* page, int x, int y, int z, int layers, double stiffness, double seed) {
    return build(*page, Box{{x, y, z}}, {layers, stiffness}, seed);
}

EXPORTED(set_model) int set_model(Page* page, double kT, double epsilon, double J, double delta_mu) {
    return tried(*page, [&] { page->explorer->set_model({kT, epsilon, J, delta_mu}); });
}
EXPORTED(set_kmc)
int set_kmc(Page* page, double exchange_rate, double diffusion_rate, int rates, int swaps, double stop_at) {
    return tried(*page, [&] {
        page->explorer->set_kmc({.stop_at_composition = stop_at,
                                 .exchange_rate = exchange_rate,
                                 .diffusion_rate = diffusion_rate,
                                 .rates = static_cast<RateRule>(rates),
                                 .swaps = static_cast<Swaps>(swaps)});
    });
}

EXPORTED(restart) int restart(Page* page, double seed) {
    return tried(*page, [&] { page->explorer->restart(static_cast<std::uint64_t>(seed)); });
}
/// Takes what stands in incoming().
EXPORTED(set_sigma) int set_sigma(Page* page) {
    return tried(*page, [&] { page->explorer->set_sigma(page->incoming); });
}
EXPORTED(arrange) int arrange(Page* page, int arrangement, double composition) {
    return tried(*page, [&] { page->explorer->arrange(static_cast<Arrangement>(arrangement), composition); });
}
EXPORTED(flip) int flip(Page* page, int site) {
    return tried(*page, [&] { page->explorer->flip(site); });
}

/// 1 + the number of the Stop, or 0.
EXPORTED(advance) int advance(Page* page, double until, double budget) {
    Stop stop = Stop::until;
    const int done =
        tried(*page, [&] { stop = page->explorer->advance(until, static_cast<std::uint64_t>(budget)); });
    return done == 0 ? 0 : 1 + static_cast<int>(stop);
}
EXPORTED(attempt) int attempt(Page* page, double attempts) {
    return tried(*page, [&] { page->explorer->attempt(static_cast<std::uint64_t>(attempts)); });
}

/// 1 + whether one was accepted, or 0.
EXPORTED(attempt_until_accepted) int attempt_until_accepted(Page* page, double most) {
    bool is_accepted = false;
    const int done = tried(*page, [&] {
        is_accepted = page->explorer->attempt_until_accepted(static_cast<std::uint64_t>(most));
    });
    return done == 0 ? 0 : 1 + static_cast<int>(is_accepted);
}

EXPORTED(measure) const Scalars* measure(Page* page) {
    page->scalars = page->explorer->measure();
    return &page->scalars;
}
EXPORTED(deviate) int deviate(Page* page, double mismatch) {
    return tried(*page, [&] { page->spread = page->explorer->deviate(mismatch); });
}
EXPORTED(deviation_spread) const DeviationSpread* deviation_spread(const Page* page) { return &page->spread; }
EXPORTED(deviations) const double* deviations(const Page* page) {
    return page->explorer->deviations().data();
}

EXPORTED(site_total) int site_total(const Page* page) { return page->explorer->crystal().size(); }
EXPORTED(dimension) int dimension(const Page* page) { return page->explorer->crystal().dimension(); }
EXPORTED(coordination) int coordination(const Page* page) {
    return page->explorer->crystal().lattice().slots();
}
EXPORTED(bond_total) int bond_total(const Page* page) { return static_cast<int>(page->bonds.size() / 2); }
EXPORTED(sigma) const Spin* sigma(const Page* page) { return page->explorer->state().sigma.data(); }
EXPORTED(phi) const double* phi(const Page* page) { return page->explorer->state().phi.data(); }
EXPORTED(incoming) Spin* incoming(Page* page) { return page->incoming.data(); }
EXPORTED(positions) const double* positions(const Page* page) {
    return page->explorer->crystal().positions().data()->data();
}
EXPORTED(points) const int* points(const Page* page) {
    return page->explorer->crystal().points().data()->data();
}
EXPORTED(layers) const int* layers(const Page* page) { return page->explorer->crystal().layers().data(); }
EXPORTED(neighbors) const Site* neighbors(const Page* page) {
    return page->explorer->crystal().neighbors().data();
}
EXPORTED(bonds) const Site* bonds(const Page* page) { return page->bonds.data(); }
EXPORTED(shell) const Spin* shell(const Page* page) { return page->shell.data(); }
