#include "misfit/store/hdf5_driver.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <hdf5.h>

#include "misfit/base/error.hpp"

// HDF5's macros are casts of the old style.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace misfit::h5 {
namespace {

/// An open file, as HDF5 sees it: its own fields first.
struct OpenFile {
    H5FD_t fields = {};
    std::shared_ptr<Output> output;
    haddr_t allocated = 0;  ///< "end of allocated addresses"
    haddr_t size = 0;
};

OpenFile& of(H5FD_t* file) { return *reinterpret_cast<OpenFile*>(file); }
const OpenFile& of(const H5FD_t* file) { return *reinterpret_cast<const OpenFile*>(file); }

/// Carries out something on disk unless the disk has failed before.
template <class Action>
void attempt(OpenFile& file, Action action) {
    if (!file.output->failure.empty()) return;
    try {
        action(file.output->file);
    } catch (const Error& error) {
        file.output->failure = error.what();
    }
}

H5FD_t* open_file(const char*, unsigned, hid_t properties, haddr_t) {
    const void* info = H5Pget_driver_info(properties);
    if (info == nullptr) return nullptr;
    auto* opened = new OpenFile;
    opened->output = **static_cast<const std::shared_ptr<Output>* const*>(info);
    return &opened->fields;
}

herr_t close_file(H5FD_t* file) {
    delete &of(file);
    return 0;
}

herr_t query(const H5FD_t*, unsigned long* features) {
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA;  // those of HDF5's own driver that concern us
    return 0;
}

haddr_t allocated(const H5FD_t* file, H5FD_mem_t) { return of(file).allocated; }

herr_t set_allocated(H5FD_t* file, H5FD_mem_t, haddr_t address) {
    of(file).allocated = address;
    return 0;
}

haddr_t size_of(const H5FD_t* file, H5FD_mem_t) { return of(file).size; }

herr_t handle_of(H5FD_t* file, hid_t, void** handle) {
    *handle = &of(file).output;
    return 0;
}

herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
    // Beyond the end of the file stand zeros.
    const std::span<std::uint8_t> bytes(static_cast<std::uint8_t*>(buffer), size);
    std::ranges::fill(bytes, std::uint8_t{0});
    attempt(of(file), [&](const File& disk) { disk.read_at(address, bytes); });
    return 0;
}

herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* buffer) {
    const ByteSpan bytes(static_cast<const std::uint8_t*>(buffer), size);
    attempt(of(file), [&](File& disk) { disk.write_at(address, bytes); });
    of(file).size = std::max<haddr_t>(of(file).size, address + size);
    return 0;
}

herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
    OpenFile& opened = of(file);
    if (opened.size == opened.allocated) return 0;
    attempt(opened, [&](File& disk) { disk.truncate(opened.allocated); });
    opened.size = opened.allocated;
    return 0;
}

H5FD_class_t driver_class() {
    H5FD_class_t driver = {};
    driver.name = "misfit";
    driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.fapl_size = sizeof(const std::shared_ptr<Output>*);
    driver.open = open_file;
    driver.close = close_file;
    driver.query = query;
    driver.get_eoa = allocated;
    driver.set_eoa = set_allocated;
    driver.get_eof = size_of;
    driver.get_handle = handle_of;
    driver.read = read;
    driver.write = write;
    driver.truncate = truncate;
    std::ranges::copy(std::to_array<H5FD_mem_t>(H5FD_FLMAP_SINGLE), driver.fl_map);
    return driver;
}

}  // namespace

Handle access_to(const std::shared_ptr<Output>& output) {
    static const H5FD_class_t driver = driver_class();
    static const hid_t driver_id = H5FDregister(&driver);
    Handle properties(H5Pcreate(H5P_FILE_ACCESS));
    const std::shared_ptr<Output>* const info = &output;
    if (H5Pset_driver(properties.id(), driver_id, static_cast<const void*>(&info)) < 0)
        throw Error(output->file.path().string() + ": HDF5 does not take this program's way to write");
    return properties;
}

std::shared_ptr<Output> output_of(const Handle& file) {
    void* handle = nullptr;
    if (H5Fget_vfd_handle(file.id(), H5P_DEFAULT, &handle) < 0)
        throw Error("an HDF5 file that is being written has lost its output");
    return *static_cast<std::shared_ptr<Output>*>(handle);
}

}  // namespace misfit::h5
