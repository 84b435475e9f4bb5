# `cmake --build build/deb --target package`, with the preset deb, makes a .deb for the Debian that it is made on: the
# program, the Python package where Debian's python3 finds it, the library, and what man and shells read.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME misfit)
set(CPACK_PACKAGE_CONTACT "misfit maintainers <misfit@localhost>")
set(CPACK_PACKAGE_DESCRIPTION "\
Ion exchange of lattice-mismatched nanocrystals by kinetic Monte Carlo, and core/shell crystals in equilibrium by Monte
Carlo, with the elastic energy that couples all pairs of sites. Runs from an input file in TOML, restartable; records in
HDF5, pictures, pages for a browser, and a Python package.")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Python's own compiled files, made and removed as Debian's packages do.
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/debian/postinst ${CMAKE_CURRENT_LIST_DIR}/debian/prerm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# What pictures take; the compiled module is of one version of Python.
math(EXPR Python_NEXT_MINOR "${Python_VERSION_MINOR} + 1")
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "python3 (>= ${Python_VERSION_MAJOR}.${Python_VERSION_MINOR}), python3 (<< ${Python_VERSION_MAJOR}.${Python_NEXT_MINOR}), python3-numpy, python3-h5py, python3-matplotlib")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS ffmpeg)  # movies
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
