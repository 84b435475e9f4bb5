// merge: several runs of one input become one record.

#include <fmt/format.h>

#include "commands.hpp"
#include "misfit/run/merge.hpp"
#include "text.hpp"

namespace misfit::cli {

int execute(const Merge& command) {
    merge_runs(command.out, command.records);
    fmt::print("{}\n", (command.out / "record.h5").string());
    fmt::print("next: misfit summary {0}; misfit plot {0}; misfit report {0}\n",
               shell_word(command.out.string()));
    return exit_fine;
}

}  // namespace misfit::cli
