#include "misfit/store/hdf5.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5.h>
#include <limits>

#include "misfit/base/error.hpp"
#include "misfit/store/files.hpp"
#include "misfit/store/hdf5_driver.hpp"
#include "misfit/store/hdf5_safety.hpp"

// HDF5's macros (H5S_ALL, H5T_VARIABLE) are casts of the old style.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace misfit::h5 {
namespace {

/// The reason HDF5 gives: the innermost entry of its error stack.
std::string reason() {
    std::string innermost;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_DOWNWARD,
        [](unsigned, const H5E_error2_t* entry, void* text) -> herr_t {
            if (entry->desc != nullptr) *static_cast<std::string*>(text) = entry->desc;
            return 0;
        },
        &innermost);
    return innermost.empty() ? "unknown reason" : innermost;
}

/// The file that an object lies in, for messages.
std::string file_name(hid_t object) {
    std::string name(4096, '\0');
    const ssize_t length = H5Fget_name(object, name.data(), name.size());
    name.resize(length > 0 ? std::min(static_cast<std::size_t>(length), name.size() - 1) : 0);
    return name;
}

[[noreturn]] void fail(const Handle& object, const char* verb, const std::string& name) {
    const std::string why = reason();
    throw Error(fmt::format("{}: cannot {} {}: {}", file_name(object.id()), verb, name, why));
}

/// Takes over an id that `verb` gave, or throws.
Handle take(hid_t id, const Handle& parent, const char* verb, const std::string& name) {
    if (id < 0) fail(parent, verb, name);
    return Handle(id);
}

hid_t file_type(Element element) {
    switch (element) {
        case Element::int8:
            return H5T_STD_I8LE;
        case Element::uint8:
            return H5T_STD_U8LE;
        case Element::int32:
            return H5T_STD_I32LE;
        case Element::uint32:
            return H5T_STD_U32LE;
        case Element::int64:
        case Element::uint64:
            return H5T_STD_I64LE;
        case Element::float32:
            return H5T_IEEE_F32LE;
        case Element::float64:
            return H5T_IEEE_F64LE;
    }
    return H5I_INVALID_HID;
}

hid_t memory_type(Element element) {
    switch (element) {
        case Element::int8:
            return H5T_NATIVE_INT8;
        case Element::uint8:
            return H5T_NATIVE_UINT8;
        case Element::int32:
            return H5T_NATIVE_INT32;
        case Element::uint32:
            return H5T_NATIVE_UINT32;
        case Element::int64:
            return H5T_NATIVE_INT64;
        case Element::uint64:
            return H5T_NATIVE_UINT64;
        case Element::float32:
            return H5T_NATIVE_FLOAT;
        case Element::float64:
            return H5T_NATIVE_DOUBLE;
    }
    return H5I_INVALID_HID;
}

Handle variable_string_type() {
    Handle type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.id(), H5T_VARIABLE);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    return type;
}

/// Strings as they are stored: zeros fill each up to the length of the longest, and one more ends it.
struct FixedStrings {
    explicit FixedStrings(const std::vector<std::string>& texts) : type(H5Tcopy(H5T_C_S1)) {
        std::size_t longest = 0;
        bool is_ascii = true;
        for (const std::string& text : texts) {
            longest = std::max(longest, text.size());
            for (const char c : text) is_ascii = is_ascii && static_cast<unsigned char>(c) < 0x80U;
        }
        H5Tset_size(type.id(), longest + 1);
        H5Tset_cset(type.id(), is_ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
        for (const std::string& text : texts) {
            bytes += text;
            bytes.append(longest + 1 - text.size(), '\0');
        }
    }

    Handle type;
    std::string bytes;
};

Handle space_of(const Dimensions& dimensions) {
    static_assert(sizeof(hsize_t) == sizeof(std::uint64_t));
    const std::vector<hsize_t> extents(dimensions.begin(), dimensions.end());
    return Handle(extents.empty()
                      ? H5Screate(H5S_SCALAR)
                      : H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
}

/// Reads `count` strings, of fixed or variable length, through `read(memory type, buffer)`.
template <class Read>
std::vector<std::string> take_strings(const Handle& object, const std::string& name, hid_t stored,
                                      hid_t space, Read read) {
    if (H5Tget_class(stored) != H5T_STRING) fail(object, "read as text", name);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count < 0) fail(object, "read", name);
    std::vector<std::string> texts;
    if (H5Tis_variable_str(stored) > 0) {
        if (count == 0) return texts;  // HDF5 wants a place to write even no values to
        std::vector<char*> starts(static_cast<std::size_t>(count), nullptr);
        const Handle type = variable_string_type();
        if (read(type.id(), starts.data()) < 0) fail(object, "read", name);
        for (const char* start : starts) texts.emplace_back(start == nullptr ? "" : start);
        H5Dvlen_reclaim(type.id(), space, H5P_DEFAULT, starts.data());
        return texts;
    }
    const std::size_t length = H5Tget_size(stored);
    std::string all(length * static_cast<std::size_t>(count), '\0');
    if (read(stored, all.data()) < 0) fail(object, "read", name);
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k)
        texts.emplace_back(all.substr(k * length, length).c_str());
    return texts;
}

Handle create(const Handle& parent, const std::string& name, hid_t type, const Dimensions& dimensions,
              const Layout& layout) {
    const Handle space = space_of(dimensions);
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    // Without times of creation equal runs give equal files.
    H5Pset_obj_track_times(properties.id(), false);
    // HDF5 has no chunks in a dataset without elements.
    const bool has_elements = H5Sget_simple_extent_npoints(space.id()) > 0;
    if (!layout.chunk.empty() && has_elements) {
        const std::vector<hsize_t> chunk(layout.chunk.begin(), layout.chunk.end());
        H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data());
        H5Pset_fill_time(properties.id(), H5D_FILL_TIME_NEVER);
        if (layout.shuffle) H5Pset_shuffle(properties.id());
        if (layout.deflate > 0) H5Pset_deflate(properties.id(), static_cast<unsigned>(layout.deflate));
    }
    return take(
        H5Dcreate2(parent.id(), name.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
        parent, "create", name);
}

void write_attribute_values(const Handle& object, const std::string& name, hid_t stored, hid_t in_memory,
                            const Dimensions& dimensions, const void* values) {
    const Handle space = space_of(dimensions);
    const Handle attribute =
        take(H5Acreate2(object.id(), name.c_str(), stored, space.id(), H5P_DEFAULT, H5P_DEFAULT), object,
             "create", name);
    const char nothing = 0;  // HDF5 wants a place to read even no values from
    if (H5Awrite(attribute.id(), in_memory, values == nullptr ? &nothing : values) < 0)
        fail(object, "write", name);
}

/// The part of a dataset that a block covers, and memory of the same extent.
std::pair<Handle, Handle> select(const Handle& dataset, const Dimensions& offset, const Dimensions& count) {
    Handle in_file(H5Dget_space(dataset.id()));
    const std::vector<hsize_t> start(offset.begin(), offset.end());
    const std::vector<hsize_t> extent(count.begin(), count.end());
    if (!extent.empty() &&
        H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr) < 0)
        fail(dataset, "select", "a block");
    return {std::move(in_file), space_of(count)};
}

/// Full names of where an object lies, for messages.
std::string object_name(const Handle& object) {
    std::string name(256, '\0');
    const ssize_t length = H5Iget_name(object.id(), name.data(), name.size());
    name.resize(length > 0 ? std::min(static_cast<std::size_t>(length), name.size() - 1) : 0);
    return name;
}

void require_safe(const Handle& dataset) {
    if (const char* why = why_unsafe(dataset, element_count(dimensions_of(dataset))); why != nullptr)
        throw Error(fmt::format("{}: {} {}", file_name(dataset.id()), object_name(dataset), why));
}

/// Throws Error for a count that a signed integer of 64 bits does not hold.
void require_below_2_63(const Handle& object, Element element, const void* values, std::size_t count) {
    if (element != Element::uint64) return;
    const std::span numbers(static_cast<const std::uint64_t*>(values), count);
    if (std::ranges::any_of(numbers, [](std::uint64_t number) { return (number >> 63U) != 0; }))
        throw Error(fmt::format("{}: {} has a number of 2^63 or more, which few readers know",
                                file_name(object.id()), object_name(object)));
}

Kind kind_of_type(hid_t type) {
    switch (H5Tget_class(type)) {
        case H5T_STRING:
            return Kind::text;
        case H5T_FLOAT:
            return Kind::number;
        case H5T_INTEGER:
            return H5Tget_size(type) == 1 && H5Tget_sign(type) == H5T_SGN_NONE ? Kind::byte : Kind::integer;
        default:
            return Kind::other;
    }
}

/// HDF5 prints its errors to stderr unless told not to; here they become Errors.
void be_quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

}  // namespace

std::size_t element_count(const Dimensions& dimensions) {
    std::uint64_t count = 1;
    for (const std::uint64_t extent : dimensions)
        if (__builtin_mul_overflow(count, extent, &count) || count > std::numeric_limits<std::int64_t>::max())
            throw Error("a dataset is larger than memory can be");
    return static_cast<std::size_t>(count);
}

Handle create_file(const std::filesystem::path& path) {
    be_quiet();
    const auto output = std::make_shared<Output>(File::create(path));
    const Handle access = access_to(output);
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id());
    if (file < 0) throw Error(fmt::format("{}: cannot create: {}", path.string(), reason()));
    return Handle(file);
}

Handle open_file(const std::filesystem::path& path) {
    be_quiet();
    if (!std::filesystem::exists(path))
        throw Error(fmt::format("{}: no such file{}", path.string(), seen_from(path)));
    if (H5Fis_hdf5(path.c_str()) <= 0) throw Error(fmt::format("{}: not an HDF5 file", path.string()));
    hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) {
        // Disks of a network may have no locks, and a finished record needs none. Only then without: a
        // process may have a file open in one of the two ways alone.
        const Handle access(H5Pcreate(H5P_FILE_ACCESS));
        H5Pset_file_locking(access.id(), false, true);
        file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
        // At once: HDF5 forgets the reason with the next call, as when `access` is closed.
        if (file < 0) throw Error(fmt::format("{}: cannot open: {}", path.string(), reason()));
    }
    return Handle(file);
}

void close_file(Handle file) {
    assert(H5Fget_obj_count(file.id(), H5F_OBJ_ALL) == 1);
    if (H5Fflush(file.id(), H5F_SCOPE_GLOBAL) < 0) fail(file, "write", "the file");
    const std::shared_ptr<Output> output = output_of(file);
    file = Handle(-1);
    if (!output->failure.empty()) throw Error(output->failure);
}

Handle create_group(const Handle& parent, const std::string& name) {
    const Handle properties(H5Pcreate(H5P_GROUP_CREATE));
    H5Pset_link_creation_order(properties.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    return take(H5Gcreate2(parent.id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), parent,
                "create", name);
}

Handle open(const Handle& parent, const std::string& path) {
    return take(H5Oopen(parent.id(), path.c_str(), own_file_only().id()), parent, "open", path);
}

bool has_link(const Handle& group, const std::string& name) {
    return H5Lexists(group.id(), name.c_str(), H5P_DEFAULT) > 0;
}

void link(const Handle& group, const std::string& name, const Handle& other) {
    if (H5Lcreate_hard(group.id(), name.c_str(), other.id(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT) < 0)
        fail(other, "link", name);
}

std::vector<std::string> link_names(const Handle& group) {
    std::vector<std::string> names;
    const herr_t result = H5Literate(
        group.id(), H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr,
        [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
            static_cast<std::vector<std::string>*>(list)->emplace_back(name);
            return 0;
        },
        &names);
    if (result < 0) fail(group, "list", object_name(group));
    return names;
}

Handle create_dataset(const Handle& parent, const std::string& name, Element element,
                      const Dimensions& dimensions, const Layout& layout) {
    return create(parent, name, file_type(element), dimensions, layout);
}

Dimensions dimensions_of(const Handle& dataset) {
    const Handle space = take(H5Dget_space(dataset.id()), dataset, "read", object_name(dataset));
    const int rank = H5Sget_simple_extent_ndims(space.id());
    std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
    H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
    return {extents.begin(), extents.end()};
}

void expect_dimensions(const Handle& dataset, const std::string& name, const Dimensions& dimensions) {
    require_safe(dataset);
    const Dimensions found = dimensions_of(dataset);
    if (found != dimensions)
        throw Error(fmt::format("{}: {} has extents [{}] instead of [{}]", file_name(dataset.id()), name,
                                fmt::join(found, ", "), fmt::join(dimensions, ", ")));
}

void write_block(const Handle& dataset, Element element, const Dimensions& offset, const Dimensions& count,
                 const void* data) {
    if (element_count(count) == 0) return;
    require_below_2_63(dataset, element, data, element_count(count));
    const auto [in_file, in_memory] = select(dataset, offset, count);
    if (H5Dwrite(dataset.id(), memory_type(element), in_memory.id(), in_file.id(), H5P_DEFAULT, data) < 0)
        fail(dataset, "write", object_name(dataset));
}

void read_block(const Handle& dataset, Element element, const Dimensions& offset, const Dimensions& count,
                void* data) {
    if (element_count(count) == 0) return;
    const auto [in_file, in_memory] = select(dataset, offset, count);
    if (H5Dread(dataset.id(), memory_type(element), in_memory.id(), in_file.id(), H5P_DEFAULT, data) < 0)
        fail(dataset, "read", object_name(dataset));
}

void write_chunk(const Handle& dataset, const Dimensions& offset, std::span<const std::uint8_t> filtered) {
    const std::vector<hsize_t> start(offset.begin(), offset.end());
    if (H5Dwrite_chunk(dataset.id(), H5P_DEFAULT, 0, start.data(), filtered.size(), filtered.data()) < 0)
        fail(dataset, "write", object_name(dataset));
}

std::vector<std::uint8_t> read_chunk(const Handle& dataset, const Dimensions& offset) {
    const std::vector<hsize_t> start(offset.begin(), offset.end());
    hsize_t size = 0;
    if (H5Dget_chunk_storage_size(dataset.id(), start.data(), &size) < 0)
        fail(dataset, "read", object_name(dataset));
    std::vector<std::uint8_t> bytes(size);
    std::uint32_t skipped_filters = 0;
    if (H5Dread_chunk(dataset.id(), H5P_DEFAULT, start.data(), &skipped_filters, bytes.data()) < 0)
        fail(dataset, "read", object_name(dataset));
    return bytes;
}

void write_strings(const Handle& parent, const std::string& name, const Dimensions& dimensions,
                   const std::vector<std::string>& texts) {
    const FixedStrings fixed(texts);
    const Handle dataset = create(parent, name, fixed.type.id(), dimensions, {});
    if (texts.empty()) return;
    if (H5Dwrite(dataset.id(), fixed.type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, fixed.bytes.data()) < 0)
        fail(parent, "write", name);
}

void write_strings(const Handle& parent, const std::string& name, const std::vector<std::string>& texts) {
    write_strings(parent, name, {texts.size()}, texts);
}

std::vector<std::string> read_strings(const Handle& parent, const std::string& name) {
    const Handle dataset = open(parent, name);
    require_safe(dataset);
    const Handle space = take(H5Dget_space(dataset.id()), parent, "read", name);
    const Handle type = take(H5Dget_type(dataset.id()), parent, "read", name);
    return take_strings(parent, name, type.id(), space.id(), [&](hid_t in_memory, void* buffer) {
        return H5Dread(dataset.id(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    });
}

std::string read_string(const Handle& parent, const std::string& name) {
    const std::vector<std::string> texts = read_strings(parent, name);
    if (texts.size() != 1) fail(parent, "read as one text", name);
    return texts.front();
}

void write_attribute(const Handle& object, const std::string& name, const std::string& text) {
    const FixedStrings fixed({text});
    write_attribute_values(object, name, fixed.type.id(), fixed.type.id(), {}, fixed.bytes.data());
}

void write_attribute(const Handle& object, const std::string& name, const std::vector<std::string>& texts) {
    const FixedStrings fixed(texts);
    write_attribute_values(object, name, fixed.type.id(), fixed.type.id(), {texts.size()},
                           fixed.bytes.data());
}

void write_attribute(const Handle& object, const std::string& name, Element element, const void* values,
                     std::size_t count, bool scalar) {
    require_below_2_63(object, element, values, count);
    write_attribute_values(object, name, file_type(element), memory_type(element),
                           scalar ? Dimensions{} : Dimensions{count}, values);
}

std::vector<std::string> string_list_attribute(const Handle& object, const std::string& name) {
    const Handle attribute =
        take(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), object, "read", "attribute " + name);
    const Handle space(H5Aget_space(attribute.id()));
    const Handle type(H5Aget_type(attribute.id()));
    return take_strings(object, name, type.id(), space.id(), [&](hid_t in_memory, void* buffer) {
        return H5Aread(attribute.id(), in_memory, buffer);
    });
}

std::string string_attribute(const Handle& object, const std::string& name) {
    const std::vector<std::string> texts = string_list_attribute(object, name);
    if (texts.size() != 1) fail(object, "read as one text", "attribute " + name);
    return texts.front();
}

void read_attribute(const Handle& object, const std::string& name, Element element, void* values,
                    std::size_t count) {
    const Handle attribute =
        take(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), object, "read", "attribute " + name);
    const Handle space(H5Aget_space(attribute.id()));
    if (H5Sget_simple_extent_npoints(space.id()) != static_cast<hssize_t>(count) ||
        H5Aread(attribute.id(), memory_type(element), values) < 0)
        fail(object, "read", "attribute " + name);
}

bool has_attribute(const Handle& object, const std::string& name) {
    return H5Aexists(object.id(), name.c_str()) > 0;
}

std::vector<std::string> attribute_names(const Handle& object) {
    std::vector<std::string> names;
    H5Aiterate2(
        object.id(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr,
        [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
            static_cast<std::vector<std::string>*>(list)->emplace_back(name);
            return 0;
        },
        &names);
    return names;
}

Kind kind_of_attribute(const Handle& object, const std::string& name) {
    const Handle attribute =
        take(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), object, "read", "attribute " + name);
    return kind_of_type(Handle(H5Aget_type(attribute.id())).id());
}

Kind kind_of_dataset(const Handle& dataset) { return kind_of_type(Handle(H5Dget_type(dataset.id())).id()); }

bool is_dataset(const Handle& object) { return H5Iget_type(object.id()) == H5I_DATASET; }

}  // namespace misfit::h5
