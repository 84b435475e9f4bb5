# One interface target carries the warning set of every misfit target; it is not exported.
add_library(misfit_warnings INTERFACE)
target_compile_options(misfit_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Wnull-dereference)
if(MISFIT_WARNINGS_AS_ERRORS)
  target_compile_options(misfit_warnings INTERFACE -Werror)
endif()
