# Tests of the house itself, next to the tests of the physics in tests/CMakeLists.txt.

# The environment of tests that run the program: a cache of their own, and the program's path.
set(house_environment "XDG_CACHE_HOME=${PROJECT_BINARY_DIR}/test_cache")

if(TARGET misfit_cli)
  add_test(NAME install.user_project_builds_and_runs_against_the_installed_package
    COMMAND ${CMAKE_COMMAND} -DBUILD_DIR=${PROJECT_BINARY_DIR} -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
      -DWORK_DIR=${PROJECT_BINARY_DIR}/install_test -DVERSION=${PROJECT_VERSION}
      "-DCXX_FLAGS=${CMAKE_CXX_FLAGS}"
      -P ${PROJECT_SOURCE_DIR}/tests/install/install_test.cmake)
  set_tests_properties(install.user_project_builds_and_runs_against_the_installed_package PROPERTIES
    ENVIRONMENT "${house_environment}")
endif()

if(TARGET misfit_cli AND EXISTS ${PROJECT_SOURCE_DIR}/README.md)
  add_test(NAME golden.readme_commands_and_input_are_true
    COMMAND ${Python_EXECUTABLE} -m pytest -q -p no:cacheprovider
      ${PROJECT_SOURCE_DIR}/tests/golden/readme_test.py)
  set_tests_properties(golden.readme_commands_and_input_are_true PROPERTIES
    ENVIRONMENT "${house_environment};MISFIT_PROGRAM=$<TARGET_FILE:misfit_cli>")
endif()
