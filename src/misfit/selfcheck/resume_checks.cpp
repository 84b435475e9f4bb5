#include "misfit/selfcheck/resume_checks.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fmt/format.h>
#include <mutex>
#include <stop_token>
#include <thread>

#include "misfit/base/error.hpp"
#include "misfit/formats/export_potential.hpp"
#include "misfit/record/record.hpp"
#include "misfit/run/run.hpp"
#include "misfit/store/temporary_folder.hpp"

namespace misfit::selfcheck {
namespace {

/// About a second of two processors.
RunSpec small_run() {
    RunSpec spec;
    spec.crystal = Hexagon{4};
    spec.model = {.kT = 0.6, .epsilon = 1.0, .J = 0.1, .delta_mu = -1.0};
    spec.exchange().kmc.t_end = 60'000.0;
    spec.exchange().ensemble = {.trajectories = 8, .seed = 7, .first = 0};
    spec.exchange().record.scalars = {.linear = 21, .logarithmic = 10, .log_start = 1e-6, .times = {}};
    spec.exchange().record.sigma = {.linear = 11, .logarithmic = 0, .log_start = 1e-6, .times = {}};
    return spec;
}

/// Goes on with the run in a folder, for so long at the most.
RunOutcome run_for(const RunSpec& spec, RunOptions options, std::chrono::milliseconds most) {
    std::atomic<bool> interrupt{false};
    options.interrupt = &interrupt;
    // Ends as soon as the run does.
    const std::jthread clock([&](const std::stop_token& done) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any().wait_for(lock, done, most, [] { return false; });
        interrupt = true;
    });
    return run(spec, "# misfit selfcheck\n", options);
}

}  // namespace

Finding check_same_record(const std::string& what, const std::filesystem::path& a,
                          const std::filesystem::path& b) {
    const Record first(a);
    const Record second(b);
    bool same = first.header().spec == second.header().spec &&
                first.header().potential_hash == second.header().potential_hash &&
                first.trajectories() == second.trajectories();
    for (std::size_t k = 0; same && k < first.trajectories().size(); ++k)
        same = first.sigma(k) == second.sigma(k);
    return holds(what, same, same ? "the same bits" : "another record", "the same bits");
}

std::vector<Finding> check_resuming() {
    const TemporaryFolder folder;
    RunSpec spec = small_run();
    const Crystal crystal = build_crystal(spec);
    write_potential(folder.path() / "V.h5", crystal, build_potential(crystal));
    spec.potential_file = (folder.path() / "V.h5").string();

    RunOptions options;
    options.threads = 2;
    options.out = folder.path() / "whole";
    run(spec, "# misfit selfcheck\n", options);

    options.out = folder.path() / "resumed";
    options.resume = true;
    int interruptions = 0;
    for (const int milliseconds : {20, 100, 300})
        if (run_for(spec, options, std::chrono::milliseconds(milliseconds)) == RunOutcome::interrupted)
            ++interruptions;
    options.threads = 1;
    run(spec, "# misfit selfcheck\n", options);
    return {
        holds("interruptions of a run", interruptions > 0, fmt::format("{}", interruptions), "at least 1"),
        check_same_record("resumed, against a run in one go", folder.path() / "whole",
                          folder.path() / "resumed")};
}

}  // namespace misfit::selfcheck
