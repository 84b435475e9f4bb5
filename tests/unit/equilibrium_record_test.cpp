#include "misfit/record/equilibrium_record.hpp"
#include "misfit/input/spec_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sstream>

#include "misfit/analysis/equilibrium_warnings.hpp"
#include "misfit/folder/run_folder.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/record/equilibrium_record_writer.hpp"
#include "misfit/run/export_atoms.hpp"
#include "misfit/run/start_state.hpp"
#include "misfit/store/checkpoint.hpp"
#include "misfit/store/files.hpp"
#include "misfit/store/hdf5.hpp"
#include "misfit/unit/stage_model.hpp"
#include "support/equilibrium.hpp"
#include "support/runs.hpp"

namespace misfit {
namespace {

using support::arbitrary_ladder;
using support::equilibrium_columns;
using support::equilibrium_spec;
using support::error_of;
using support::finished_unit;
using support::TemporaryFolder;

const std::string replicas =
    "[sweep]\n\"model.kT\" = [0.7, 0.6]\n\"crystal.shell.stiffness\" = [4.0, 4.5, 5.0]\n\"crystal.side\" = "
    "[4, 5]\n"
    "[replica_exchange]\nover = \"crystal.shell.stiffness\"\ninterval = 10\n";
const std::string plain =
    "[sweep]\n\"model.kT\" = [0.7, 0.6]\n\"crystal.shell.species\" = [\"B\", "
    "\"A\"]\n\"crystal.shell.layers\" = [0, 2]\n";

/// A record of arbitrary ladders: all of a run, or its first ones.
struct Written {
    explicit Written(const std::string& added, std::size_t finished = 1000) : spec(equilibrium_spec(added)) {
        header.spec = spec;
        header.input_text = "# my run: Δ\n";
        header.misfit_version = "0.1.0";
        header.potential_hash = "abc";
        header.potential_method = "closed form";
        header.columns = equilibrium_columns();
        const RunIdentity identity = {"0.1.0", "abc", 42};
        std::filesystem::create_directory(folder / "parts");
        PartWriter part(folder / "parts", identity);
        const std::vector<UnitPlan> plans = Units(Plan(spec)).all();
        for (const UnitPlan& plan : plans)
            if (plan.unit < finished) {
                ladders.push_back(arbitrary_ladder(spec, plan));
                part.append(finished_unit(plan.unit, ladders.back()));
            }
        header.complete = ladders.size() == plans.size();
        assemble_equilibrium_record(
            path(), header, PartReader(folder / "parts", identity, {}),
            {.host = "here", .build = "gcc", .started = "", .finished = "", .threads = 3},
            [&](const std::string& text) { told.push_back(text); });
        analysis = analyse_equilibrium(Plan(spec), header.columns, ladders);
    }
    std::filesystem::path path() const { return folder / "record.h5"; }

    TemporaryFolder folder;
    RunSpec spec;
    RecordHeader header;
    std::vector<Ladder> ladders;
    std::vector<std::string> told;
    EquilibriumAnalysis analysis;
};

void expect_same(double a, double b) {
    EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << a << " " << b;
}

void expect_same(const Averages& read, const Averages& computed) {
    EXPECT_EQ(read.name, computed.name);
    ASSERT_EQ(read.by_point.size(), computed.by_point.size());
    for (std::size_t point = 0; point < read.by_point.size(); ++point) {
        const PooledMean& a = read.by_point[point];
        const PooledMean& b = computed.by_point[point];
        expect_same(a.mean, b.mean);
        expect_same(a.standard_error, b.standard_error);
        expect_same(a.variance, b.variance);
        expect_same(a.variance_error, b.variance_error);
        expect_same(a.correlation_time, b.correlation_time);
        expect_same(a.disagreement, b.disagreement);
        EXPECT_EQ(a.long_enough, b.long_enough);
    }
}

void expect_equal_to_what_was_written(const Written& w) {
    const EquilibriumRecord record(w.path());
    EXPECT_EQ(record.header().spec, w.spec);
    EXPECT_EQ(record.header().input_text, w.header.input_text);
    EXPECT_EQ(record.header().potential_hash, "abc");
    EXPECT_EQ(record.header().complete, w.header.complete);
    EXPECT_EQ(record.provenance().threads, 3);
    ASSERT_EQ(record.header().columns.size(), w.header.columns.size());
    for (std::size_t k = 0; k < w.header.columns.size(); ++k) {
        EXPECT_EQ(record.header().columns[k].name, w.header.columns[k].name);
        EXPECT_EQ(record.header().columns[k].unit, w.header.columns[k].unit);
        EXPECT_EQ(record.header().columns[k].description, w.header.columns[k].description);
    }
    ASSERT_EQ(record.averages().size(), w.analysis.averages.size());
    for (std::size_t k = 0; k < record.averages().size(); ++k)
        expect_same(record.averages()[k], w.analysis.averages[k]);
    for (std::size_t point = 0; point < record.points(); ++point) {
        expect_same(record.heat_capacity().value[point], w.analysis.heat_capacity.value[point]);
        expect_same(record.heat_capacity().standard_error[point],
                    w.analysis.heat_capacity.standard_error[point]);
    }
    EXPECT_EQ(record.warnings(), warnings_about(Plan(w.spec), w.analysis));
    EXPECT_EQ(w.told, record.warnings());

    std::vector<std::size_t> seen(record.points(), 0);
    for (const Ladder& ladder : w.ladders)
        for (const Chain& chain : ladder.chains) {
            const std::size_t number =
                seen[chain.point]++;  // units come in the order of the chains of a point
            const ChainReport& report = record.chains()[chain.point].at(number);
            EXPECT_EQ(report.start,
                      start_words[static_cast<std::size_t>(Units(Plan(w.spec)).start_of(chain.number))]);
            EXPECT_EQ(report.attempts, chain.end.steps);
            EXPECT_EQ(report.accepted, chain.events[0] + chain.events[4]);
            EXPECT_EQ(report.phi_deviation, chain.phi_deviation);
            EXPECT_EQ(report.energy_deviation, chain.energy_deviation);
            const auto sites = static_cast<std::size_t>(site_count(Plan(w.spec).point(chain.point)));
            const std::size_t bytes = (sites + 7) / 8;
            std::vector<Spin> sigma(chain.frames * sites);
            for (std::size_t frame = 0; frame < chain.frames; ++frame)
                unpack_sigma(std::span(chain.sigma).subspan(frame * bytes, bytes),
                             std::span(sigma).subspan(frame * sites, sites));
            EXPECT_EQ(record.sigma(chain.point, number), sigma);
            EXPECT_EQ(record.frame_sweeps(chain.point), (std::vector<std::uint64_t>{100, 200, 300, 400}));
        }
    for (std::size_t point = 0; point < seen.size(); ++point)
        EXPECT_EQ(record.chains()[point].size(), seen[point]);

    ASSERT_EQ(record.ladders().size(), w.analysis.ladders.size());
    for (std::size_t l = 0; l < record.ladders().size(); ++l) {
        const LadderReport& read = record.ladders()[l];
        const LadderAnalysis& computed = w.analysis.ladders[l];
        const std::size_t points = computed.points.size();
        EXPECT_EQ(read.points, computed.points);
        EXPECT_EQ(read.values, computed.values);
        EXPECT_EQ(read.note, computed.note);
        EXPECT_EQ(read.has_transition, computed.transition.has_value());
        ASSERT_EQ(read.exchange_fraction.size(), points - 1);
        const std::size_t chains = record.chains()[read.points.front()].size();
        EXPECT_EQ(read.round_trips, 3 * points * chains);
        for (std::size_t k = 0; k + 1 < points; ++k) {
            EXPECT_DOUBLE_EQ(read.exchange_fraction[k], (5.0 + static_cast<double>(k)) / 20.0);
            EXPECT_EQ(read.overlap[k], computed.overlap[k * points + k + 1]);
        }
        if (!computed.transition) continue;
        EXPECT_EQ(read.peak_inside, computed.transition->peak_inside);
        expect_same(read.peak_place.value, computed.transition->peak_place.value);
        expect_same(read.peak_height.standard_error, computed.transition->peak_height.standard_error);
    }
}

TEST(equilibrium_record, comes_back_equal_to_what_was_written) {
    expect_equal_to_what_was_written(Written(""));
    expect_equal_to_what_was_written(Written(plain));
}

TEST(equilibrium_record, comes_back_with_its_ladders) {
    const Written w(replicas);
    expect_equal_to_what_was_written(w);
    const EquilibriumRecord record(w.path());
    ASSERT_EQ(record.ladders().size(), 4U);
    EXPECT_TRUE(record.ladders().front().has_transition) << record.ladders().front().note;
}

TEST(equilibrium_record, has_no_edge_of_its_distribution_near_a_value_that_f_U_can_have) {
    const Written w(replicas);
    for (const LadderAnalysis& ladder : w.analysis.ladders) {
        ASSERT_TRUE(ladder.transition.has_value()) << ladder.note;
        const Crystal crystal = build_crystal(Plan(w.spec).point(ladder.points.front()));
        const auto sites = static_cast<double>(PhaseClassifier(crystal).sites().size());
        ASSERT_GT(sites, 1.0);
        std::size_t values = 0;
        for (std::size_t bin = 0; bin + 1 < ladder.bin_edges.size(); ++bin) {
            const double place = ladder.bin_edges[bin] * sites;
            EXPECT_NEAR(std::abs(place - std::round(place)), 0.5, 1e-9) << "site " << place;
            values += static_cast<std::size_t>(std::lround(ladder.bin_edges[bin + 1] * sites - place));
        }
        EXPECT_EQ(static_cast<double>(values), sites + 1.0);
    }
}

TEST(equilibrium_record, of_an_unfinished_run_holds_what_is_finished) {
    for (const std::size_t finished : {0U, 1U, 5U}) {
        expect_equal_to_what_was_written(Written(plain, finished));
        expect_equal_to_what_was_written(Written(replicas, finished));
    }
}

/// The first samples of a ladder that has not ended.
Unit begun_unit(const UnitPlan& plan, const MonteCarloParameters& monte_carlo, Ladder ladder,
                std::uint32_t samples, std::size_t columns) {
    const std::size_t rungs = ladder.chains.size();
    for (Chain& chain : ladder.chains) {
        const std::size_t frame = chain.sigma.size() / chain.frames;
        chain.samples = samples;
        chain.frames = samples * monte_carlo.frames / static_cast<std::uint32_t>(monte_carlo.samples());
        chain.scalars.resize(samples * columns);
        chain.reduced_energies.resize(rungs > 1 ? samples * rungs : 0);
        chain.sigma.resize(chain.frames * frame);
        chain.end = {};
    }
    return {.unit = plan.unit, .stages = {std::move(ladder)}, .states = std::vector<State>(rungs)};
}

TEST(equilibrium_record, has_of_chains_under_way_the_samples_that_all_of_a_point_have) {
    for (const std::string& added : {plain, replicas}) {
        const Written finished(added, 1);  // with its row, that of unit 0
        const std::vector<UnitPlan> plans = Units(Plan(finished.spec)).all();
        const MonteCarloParameters& monte_carlo = finished.spec.equilibrium().monte_carlo;
        const std::size_t columns = finished.header.columns.size();
        const auto begun = [&](std::size_t k, std::uint32_t samples) {
            return begun_unit(plans[k], monte_carlo, arbitrary_ladder(finished.spec, plans[k]), samples,
                              columns);
        };
        const auto assemble = [&](std::vector<Unit> under_way) {
            assemble_equilibrium_record(finished.path(), finished.header,
                                        PartReader(finished.folder / "parts", {"0.1.0", "abc", 42}, {}), {},
                                        {}, std::move(under_way));
        };
        // Unit 1 is of the row of unit 0, which is finished; units 2 and 3 share one; unit 4 has no sample.
        assemble({begun(1, 30), begun(2, 25), begun(3, 12), begun(4, 0)});
        const EquilibriumRecord record(finished.path());
        const h5::Handle file = h5::open_file(finished.path());
        std::size_t under_way = 0;
        for (std::size_t k = 0; k < plans[2].combinations.size(); ++k) {
            const std::uint32_t point = plans[2].point(k, 0);
            ASSERT_EQ(record.chains()[point].size(), 2U);
            for (const ChainReport& chain : record.chains()[point]) EXPECT_TRUE(chain.is_under_way());
            const auto group = fmt::format("points/{}/observables", point);
            const auto f_U = h5::read<double>(h5::open(file, group), "f_U", {2, 12});
            const Ladder whole = arbitrary_ladder(finished.spec, plans[3]);
            const std::size_t column = columns - 1;
            ASSERT_EQ(finished.header.columns[column].name, "f_U");
            for (std::size_t t = 0; t < 12; ++t)
                EXPECT_EQ(f_U[12 + t], whole.chains[k].scalars[t * columns + column]);
            EXPECT_EQ(record.frame_sweeps(point).size(), 1U);
            ++under_way;
        }
        EXPECT_EQ(record.chains()[plans[0].point(0, 0)].size(), 1U);
        EXPECT_FALSE(record.chains()[plans[0].point(0, 0)].front().is_under_way());
        EXPECT_TRUE(record.chains()[plans[4].point(0, 0)].empty());
        EXPECT_EQ(record.warnings(),
                  std::vector<std::string>{
                      fmt::format("chains at {} of {} points are under way, with 30 % of their samples: "
                                  "what is here is of these alone",
                                  under_way, record.points())});
        // What a checkpoint holds is counted, as what a part does.
        Unit torn = begun(2, 25);
        torn.stages.front().chains.front().scalars.pop_back();
        EXPECT_EQ(error_of([&] { assemble({torn}); }), "unit 2: does not hold every sample");
    }
}

TEST(equilibrium_record, comes_back_without_frames_and_with_few_samples) {
    RunSpec spec = equilibrium_spec();
    const Written few("[replica_exchange]\n");
    EXPECT_TRUE(few.spec.equilibrium().replica_exchange.over.empty());
    const TemporaryFolder folder;
    const RunIdentity identity = {"0.1.0", "abc", 42};
    spec.equilibrium().monte_carlo.frames = 0;
    spec.equilibrium().monte_carlo.sweeps = 10;
    RecordHeader header = few.header;
    header.spec = spec;
    PartWriter part(folder.path(), identity);
    const std::vector<UnitPlan> plans = Units(Plan(spec)).all();
    for (const UnitPlan& plan : plans) part.append(finished_unit(plan.unit, arbitrary_ladder(spec, plan)));
    assemble_equilibrium_record(folder / "record.h5", header, PartReader(folder.path(), identity, {}), {},
                                {});
    const EquilibriumRecord record(folder / "record.h5");
    EXPECT_TRUE(record.frame_sweeps(0).empty());
    EXPECT_TRUE(record.sigma(0, 1).empty());
    EXPECT_EQ(record.warnings(),
              (std::vector<std::string>{
                  "too few samples for an error of energy: 16 a chain are the least; sweeps = 160 would do",
                  "too few samples for an error of f_U: 16 a chain are the least; sweeps = 160 would do"}));
}

TEST(equilibrium_record, holds_the_sweep_and_each_crystal_as_documented) {
    const Written w(plain);
    const h5::Handle file = h5::open_file(w.path());
    EXPECT_EQ(h5::string_list_attribute(h5::open(file, "sweep"), "keys"),
              (std::vector<std::string>{"model.kT", "crystal.shell.species", "crystal.shell.layers"}));
    EXPECT_EQ(h5::read<double>(file, "sweep/model.kT", {8}),
              (std::vector<double>{0.7, 0.7, 0.7, 0.7, 0.6, 0.6, 0.6, 0.6}));
    EXPECT_EQ(h5::read<double>(file, "sweep/crystal.shell.layers", {8}),
              (std::vector<double>{0, 2, 0, 2, 0, 2, 0, 2}));
    const std::string A = "A";
    const std::string B = "B";
    EXPECT_EQ(h5::read_strings(file, "sweep/crystal.shell.species"),
              (std::vector<std::string>{B, B, A, A, B, B, A, A}));
    // A crystal for each pair of layers and species, whatever the temperature.
    ASSERT_EQ(h5::link_names(h5::open(file, "crystals")).size(), 4U);
    const std::vector<Settings> points = Plan(w.spec).all_points();
    for (std::size_t point = 0; point < points.size(); ++point) {
        const h5::Handle group = h5::open(file, "points/" + std::to_string(point));
        const auto k = h5::attribute<std::int32_t>(group, "crystal");
        const h5::Handle crystal = h5::open(file, "crystals/" + std::to_string(k));
        EXPECT_EQ(h5::attribute<std::int32_t>(crystal, "shell_species"), points[point].shell_species);
        EXPECT_EQ(h5::attribute<std::int32_t>(crystal, "shell_layers"), points[point].shell.layers);
    }
}

TEST(equilibrium_record, that_is_no_such_record_is_refused_by_name) {
    const Written w("");
    const auto refusal = [&](const std::string& name) {
        const std::string text = error_of([&] { EquilibriumRecord(w.folder / name); });
        EXPECT_NE(text.find(name), std::string::npos) << text;
        return text;
    };
    EXPECT_NE(refusal("missing.h5").find("no such file"), std::string::npos);
    support::write_text(w.folder / "text.h5", "time,c\n0,1\n");
    EXPECT_NE(refusal("text.h5").find("not an HDF5 file"), std::string::npos);
    h5::close_file(h5::create_file(w.folder / "foreign.h5"));
    EXPECT_NE(refusal("foreign.h5").find("not a misfit record"), std::string::npos);
    std::filesystem::create_directory(w.folder / "empty");
    EXPECT_NE(refusal("empty").find("no record"), std::string::npos);

    RunOptions options;
    options.out = w.folder / "exchange";
    options.threads = 1;
    run(support::small_spec(1, 1.0), support::small_input(), options);
    EXPECT_NE(refusal("exchange").find("a record of exchange, not of equilibrium"), std::string::npos);
    EXPECT_NE(error_of([&] { Record{w.path()}; }).find("record.h5: a record of equilibrium, not of exchange"),
              std::string::npos);
}

TEST(equilibrium_record, truncated_anywhere_is_refused) {
    const Written w(replicas);
    const Bytes whole = read_file(w.path());
    for (std::size_t part = 0; part < 64; ++part) {
        const auto length = static_cast<std::ptrdiff_t>(whole.size() * part / 64);
        support::write_bytes(w.path(), Bytes(whole.begin(), whole.begin() + length));
        EXPECT_THROW(EquilibriumRecord{w.path()}, Error) << length << " of " << whole.size() << " bytes";
    }
}

TEST(equilibrium_record, of_a_folder_whose_run_goes_on_is_what_is_finished) {
    const Written w(replicas, 3);
    const RunFolder folder(w.folder / "run");
    folder.create();
    RunNotes notes;
    notes.resolved = to_toml(w.spec);
    notes.misfit_version = "0.1.0";
    notes.columns = w.header.columns;
    folder.begin(notes);
    PartWriter part(folder.parts(), notes.identity());
    for (std::uint32_t unit = 0; unit < w.ladders.size(); ++unit)
        part.append(finished_unit(unit, w.ladders[unit]));
    const EquilibriumRecord record(folder.path());
    EXPECT_FALSE(record.header().complete);
    EXPECT_EQ(record.header().spec, w.spec);
    // Both starts of the first row of replicas, one of the second.
    EXPECT_EQ(record.chains()[0].size(), 2U);
    EXPECT_EQ(record.chains()[1].size(), 1U);
    EXPECT_EQ(record.chains()[11].size(), 0U);
    for (std::size_t k = 0; k < record.averages().size(); ++k)
        expect_same(record.averages()[k], w.analysis.averages[k]);
    EXPECT_EQ(record.ladders().size(), 2U);
}

TEST(equilibrium_record, exports_every_frame_with_its_place_in_the_sweep) {
    const Written w(plain, 3);
    std::ostringstream text;
    export_atoms(EquilibriumRecord(w.path()), {}, text);
    const std::string xyz = text.str();
    // Two chains of point 0 (37 sites), one of point 1 (91 sites), four frames each.
    EXPECT_EQ(std::ranges::count(xyz, '\n'), 8 * (37 + 2) + 4 * (91 + 2));
    EXPECT_NE(xyz.find("sweep=100 chain=0 point=0 sweep_of=\"model.kT = 0.7, crystal.shell.species = B, "
                       "crystal.shell.layers = 0\"\n"),
              std::string::npos);
    EXPECT_NE(xyz.find("sweep=400 chain=0 point=1 sweep_of="), std::string::npos);
}

/// The species of a chain's core before its first sweep.
std::vector<Spin> core_at_start(const RunSpec& spec) {
    const auto crystal = std::make_shared<const Crystal>(build_crystal(spec));
    const StageModel model = make_monte_carlo_stage(
        {Hamiltonian(crystal, nullptr, {.kT = 1.0, .epsilon = 0.0})}, spec.equilibrium(), spec.shell_species);
    const Plan plan(spec);
    const Unit now = start_unit(model, Units(plan)[0], plan, read_start(plan));
    std::vector<Spin> core;
    for (const Site site : core_sites(*crystal))
        core.push_back(now.states.front().sigma[static_cast<std::size_t>(site)]);
    return core;
}

TEST(start_from_a_record, is_the_core_of_the_frame_that_is_named) {
    const Written w("");
    RunSpec spec = equilibrium_spec();
    spec.equilibrium().monte_carlo.start = {StartState::record};
    spec.equilibrium().monte_carlo.start_record = w.path();
    spec.equilibrium().monte_carlo.start_unit = 1;
    spec.shell.layers = 2;  // another shell around the same core
    const EquilibriumRecord record(w.path());
    const std::vector<Spin> frames = record.sigma(0, 1);
    const Crystal crystal = build_crystal(w.spec);
    for (const int frame : {0, 2, -1, -3}) {
        spec.equilibrium().monte_carlo.start_frame = frame;
        std::vector<Spin> expected;
        for (const Site site : core_sites(crystal))
            expected.push_back(
                frames[static_cast<std::size_t>((frame + 4) % 4) * 61 + static_cast<std::size_t>(site)]);
        EXPECT_EQ(core_at_start(spec), expected) << frame;
    }

    RunOptions options;
    options.out = w.folder / "exchange";
    options.threads = 1;
    run(support::small_spec(2, 3.0), support::small_input(), options);
    const Record exchange(w.folder / "exchange");
    const std::vector<Spin> of_exchange = exchange.sigma(1);
    spec.equilibrium().monte_carlo.start_record = w.folder / "exchange";
    spec.equilibrium().monte_carlo.start_unit = 4;
    spec.equilibrium().monte_carlo.start_frame = 3;
    EXPECT_EQ(core_at_start(spec),
              std::vector<Spin>(of_exchange.begin() + 3 * 37, of_exchange.begin() + 4 * 37));

    spec.crystal = Hexagon{5};
    EXPECT_NE(error_of([&] { read_start(Plan(spec)); })
                  .find("exchange: its crystal (hexagon, side 4) has a core of 37 sites, the one to start "
                        "here has 61"),
              std::string::npos);
}

}  // namespace
}  // namespace misfit
