cmake_minimum_required(VERSION 3.25)
# Writes what the pages need of `misfit keys --json` as a TypeScript module:
# cmake -DPROGRAM=... -DOUTPUT=... -P table_ts.cmake
execute_process(COMMAND ${PROGRAM} keys --json OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
# Of each key what a page can use; a constant of its own, which a page that names no key leaves out.
string(JSON count LENGTH "${table}" keys)
math(EXPR last "${count} - 1")
set(keys "")
foreach(k RANGE ${last})
  string(JSON path GET "${table}" keys ${k} path)
  string(JSON key GET "${table}" keys ${k})
  foreach(part path allowed unit required required_for shapes methods can_be_swept)
    string(JSON key REMOVE "${key}" ${part})
  endforeach()
  string(APPEND keys "  \"${path}\": ${key},\n")
endforeach()
foreach(part tables keys stage_keys)  # long, and of no use to a page
  string(JSON table REMOVE "${table}" ${part})
endforeach()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
  "// Written by the build from `misfit keys --json`.\nexport const TABLE = @table@ as const;\nexport const KEYS = {\n@keys@} as const;\n" @ONLY)
