# What the program and the library need; every one and the reason for it: docs/dependencies.md.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_path(MISFIT_RANDOM123 Random123/philox.h REQUIRED)
mark_as_advanced(MISFIT_RANDOM123)
# Debian's Python packages belong to Debian's Python; another python3 may come first on PATH.
if(NOT DEFINED Python_EXECUTABLE AND EXISTS /usr/bin/python3)
  set(Python_EXECUTABLE /usr/bin/python3 CACHE FILEPATH "Python that reads and draws records")
endif()
find_package(Python 3.9 REQUIRED COMPONENTS Interpreter)
include(${CMAKE_CURRENT_LIST_DIR}/link_dependencies.cmake)
