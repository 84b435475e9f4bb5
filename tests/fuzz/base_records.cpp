#include "fuzz/base_records.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "misfit/elastic/potential.hpp"
#include "misfit/formats/export_potential.hpp"
#include "misfit/input/spec_reader.hpp"
#include "misfit/run/run.hpp"
#include "misfit/store/files.hpp"

namespace misfit::fuzz {
namespace {

constexpr const char* exchange_input = R"(
[crystal]
shape = "hexagon"
side = 2
[model]
epsilon = 0.0
J = 0.1
delta_mu = -1.0
[ensemble]
trajectories = 2
[record.scalars]
linear = 3
logarithmic = 0
[record.sigma]
linear = 2
logarithmic = 0
[[stage]]
t_end = 1.0
[[stage]]
t_end = 0.5
exchange_rate = 0.0
)";

constexpr const char* equilibrium_input = R"(
[crystal]
shape = "hexagon"
side = 2
[model]
epsilon = 0.0
J = 0.1
[monte_carlo]
start = ["random", "separated"]
equilibration = 10
sweeps = 40
sample_interval = 2
frames = 2
[sweep]
"model.kT" = [0.5, 0.6]
[replica_exchange]
over = "model.kT"
interval = 2
)";

std::string run_of(const std::string& input) {
    const ScratchFile file;
    RunOptions options;
    options.out = file.folder() / "out";
    options.threads = 1;
    run(parse_spec(input, "base"), input, options);
    return read_text(options.out / "record.h5");
}

std::string potential_file() {
    const ScratchFile file;
    const Crystal crystal = build_crystal(Hexagon{2});
    write_potential(file.path(), crystal, build_potential(crystal, 1));
    return read_text(file.path());
}

}  // namespace

const std::string& base_file(Kind kind) {
    static const std::array files = {run_of(exchange_input), run_of(equilibrium_input), potential_file()};
    return files[static_cast<std::size_t>(kind)];
}

ScratchFile::ScratchFile() {
    const std::filesystem::path memory = "/dev/shm";
    const bool has_memory = std::filesystem::is_directory(memory);
    std::string folder =
        ((has_memory ? memory : std::filesystem::temp_directory_path()) / "misfit-fuzz-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    folder_ = folder;
}

ScratchFile::~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void ScratchFile::set(std::string_view bytes) const {
    std::ofstream(path(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace misfit::fuzz
