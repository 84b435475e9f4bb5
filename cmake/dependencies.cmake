# Every dependency and the reason for it: docs/dependencies.md.
# The installed package configuration (misfitConfig.cmake) includes this file too, so that a static
# libmisfit finds the same libraries in the user's project.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy libhwy-contrib)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(hdf5 REQUIRED IMPORTED_TARGET hdf5)
pkg_check_modules(openblas REQUIRED IMPORTED_TARGET openblas)
