#pragma once

#include <memory>
#include <string>

#include "misfit/store/files.hpp"
#include "misfit/store/hdf5_handle.hpp"

namespace misfit::h5 {

/// A file that HDF5 writes, and the first fault of its disk.
struct Output {
    explicit Output(File opened) : file(std::move(opened)) {}

    File file;
    std::string failure;  ///< empty: all went well so far
};

/// Access properties under which H5Fcreate() writes to `output`. HDF5 1.10 crashes when it closes a file of
/// which a write has failed, so here every write succeeds for HDF5; whoever closes the file then looks at
/// output.failure. `output` must live until the file is created; the file shares it.
Handle access_to(const std::shared_ptr<Output>& output);

/// The output of a file that was created so.
std::shared_ptr<Output> output_of(const Handle& file);

}  // namespace misfit::h5
