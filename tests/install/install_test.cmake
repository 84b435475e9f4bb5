# cmake -DBUILD_DIR=... -DWORK_DIR=... -DCXX_FLAGS=... -P install_test.cmake
# Installs the build into an empty prefix, builds a user's project against it, and runs both that and the
# installed program from another directory: nothing may point back into the build or the source tree.

function(run_or_fail output)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK_DIR} RESULT_VARIABLE status
    OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}\n${out}\n${err}")
  endif()
  set(${output} "${out}" PARENT_SCOPE)
endfunction()

set(prefix ${WORK_DIR}/prefix)
file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})
run_or_fail(out ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})

run_or_fail(out ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/consumer -G Ninja
  -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
run_or_fail(out ${CMAKE_COMMAND} --build ${WORK_DIR}/consumer)
run_or_fail(out ${WORK_DIR}/consumer/consumer)
if(NOT out STREQUAL "271 sites, E = 7.277174\n")
  message(FATAL_ERROR "the user's program says: ${out}")
endif()

run_or_fail(out ${prefix}/bin/misfit --version)
if(NOT out MATCHES "${VERSION}")
  message(FATAL_ERROR "misfit --version says: ${out}; expected ${VERSION}")
endif()
run_or_fail(input ${prefix}/bin/misfit init exchange)
file(WRITE ${WORK_DIR}/exchange.toml "${input}")
run_or_fail(out ${prefix}/bin/misfit check exchange.toml)

# From where it is installed, without this source tree and Python.
run_or_fail(out ${prefix}/bin/misfit selfcheck)
if(NOT out MATCHES " passed, 0 failed, ")
  message(FATAL_ERROR "misfit selfcheck says: ${out}")
endif()

if(BUILD_PYTHON)
  set(ENV{PYTHONPATH} ${prefix}/share/misfit/python)
  file(WRITE ${WORK_DIR}/energy.py "import misfit
crystal = misfit.Crystal.hexagon(10)
hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal))
sigma = [1 if site == crystal.find((0, 0, 0)) else -1 for site in range(crystal.size)]
state = misfit.State(hamiltonian, sigma)
print(misfit.__file__, f'{misfit.energy(hamiltonian, state).elastic:.6f}')
")
  run_or_fail(out ${PYTHON} energy.py)
  if(NOT out STREQUAL "${prefix}/share/misfit/python/misfit/__init__.py 7.277174\n")
    message(FATAL_ERROR "the installed package says: ${out}")
  endif()
endif()

# The Python package beside it has the table of this very program.
run_or_fail(table ${prefix}/bin/misfit keys --json)
file(READ ${prefix}/share/misfit/python/misfit/table.json installed)
if(NOT installed STREQUAL table)
  message(FATAL_ERROR "the installed table.json is not that of misfit keys --json")
endif()

# What the program says of its command line, where man and shells look for it.
foreach(written "manual;man/man1/misfit.1" "completion;bash;bash-completion/completions/misfit"
    "completion;zsh;zsh/vendor-completions/_misfit")
  list(POP_BACK written place)
  run_or_fail(text ${prefix}/bin/misfit ${written})
  file(READ ${prefix}/share/${place} installed)
  if(NOT installed STREQUAL text)
    message(FATAL_ERROR "the installed ${place} is not what misfit ${written} prints")
  endif()
endforeach()

# What is installed must serve on a machine without this source tree.
file(GLOB_RECURSE installed ${prefix}/lib/*.cmake)
foreach(file IN LISTS installed)
  file(READ ${file} text)
  string(FIND "${text}" "${SOURCE_DIR}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${file} points into the source tree")
  endif()
endforeach()
