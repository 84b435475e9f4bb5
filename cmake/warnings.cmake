# One interface target carries the warning set of every misfit target; it is not exported.
# Without -Wnull-dereference: in optimised code gcc 12 sees null in std::function and std::vector where none is.
add_library(misfit_warnings INTERFACE)
target_compile_options(misfit_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused)
if(MISFIT_WARNINGS_AS_ERRORS)
  target_compile_options(misfit_warnings INTERFACE -Werror)
endif()
# Under the sanitizers gcc 12 takes moved variants for uninitialised; the sanitizers themselves see what is.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(misfit_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
