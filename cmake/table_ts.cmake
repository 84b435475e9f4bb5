cmake_minimum_required(VERSION 3.25)
# Writes what the pages need of `misfit keys --json` as a TypeScript module:
# cmake -DPROGRAM=... -DOUTPUT=... -P table_ts.cmake
execute_process(COMMAND ${PROGRAM} keys --json OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
foreach(part tables keys stage_keys)  # long, and of no use to a page
  string(JSON table REMOVE "${table}" ${part})
endforeach()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "// Written by the build from `misfit keys --json`.\nexport const TABLE = @table@ as const;\n" @ONLY)
