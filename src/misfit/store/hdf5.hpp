#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "misfit/store/hdf5_handle.hpp"

/// A thin layer over HDF5's C interface. Every failure is an Error with HDF5's own reason. HDF5 is not
/// thread-safe: one thread at a time.
namespace misfit::h5 {

/// Element types, as the file stores them (little-endian). Counts without a sign are stored with one, for R,
/// MATLAB and others have no integers of 64 bits without: they must be below 2^63.
enum class Element { int8, uint8, int32, uint32, int64, uint64, float32, float64 };

template <class T>
constexpr Element element_of() {
    if constexpr (std::is_same_v<T, std::int8_t>)
        return Element::int8;
    else if constexpr (std::is_same_v<T, std::uint8_t>)
        return Element::uint8;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return Element::int32;
    else if constexpr (std::is_same_v<T, std::uint32_t>)
        return Element::uint32;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return Element::int64;
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        return Element::uint64;
    else if constexpr (std::is_same_v<T, float>)
        return Element::float32;
    else {
        static_assert(std::is_same_v<T, double>, "not an element type of the record");
        return Element::float64;
    }
}

using Dimensions = std::vector<std::uint64_t>;
/// Product of all extents. Throws Error if it does not fit memory's address.
std::size_t element_count(const Dimensions& dimensions);

/// The extents of a dataset.
Dimensions dimensions_of(const Handle& dataset);

/// How a dataset lies in the file. An empty chunk: contiguous, unfiltered.
struct Layout {
    Dimensions chunk;
    int deflate = 0;       ///< level, 1 to 9; 0: none
    bool shuffle = false;  ///< bytes of equal weight together, before deflate
};

Handle create_file(const std::filesystem::path& path);
/// Read-only. Throws Error for a file that is missing, not HDF5, or damaged.
Handle open_file(const std::filesystem::path& path);
/// Writes everything and closes. Here, and nowhere before, a disk that failed is reported: nothing else may
/// hold the file open. The destructor reports nothing.
void close_file(Handle file);

Handle create_group(const Handle& parent, const std::string& name);
/// A group or dataset.
Handle open(const Handle& parent, const std::string& path);
/// What is in a group, in the order in which it was made.
std::vector<std::string> link_names(const Handle& group);
bool has_link(const Handle& group, const std::string& name);
/// Makes what is called `name` in one group part of another as well.
void link(const Handle& group, const std::string& name, const Handle& other);

Handle create_dataset(const Handle& parent, const std::string& name, Element element,
                      const Dimensions& dimensions, const Layout& layout = {});

/// The untyped ways in and out; `data` holds as many elements as `count` says.
void write_block(const Handle& dataset, Element element, const Dimensions& offset, const Dimensions& count,
                 const void* data);
void read_block(const Handle& dataset, Element element, const Dimensions& offset, const Dimensions& count,
                void* data);
/// One chunk as it stands in the file, filters already applied. `offset` is a multiple of the chunk.
void write_chunk(const Handle& dataset, const Dimensions& offset, std::span<const std::uint8_t> filtered);

/// A chunk that has been written, as it stands in the file.
std::vector<std::uint8_t> read_chunk(const Handle& dataset, const Dimensions& offset);

template <class T>
void write(const Handle& parent, const std::string& name, const Dimensions& dimensions,
           std::span<const T> values, const Layout& layout = {}) {
    const Handle dataset = create_dataset(parent, name, element_of<T>(), dimensions, layout);
    write_block(dataset, element_of<T>(), Dimensions(dimensions.size(), 0), dimensions, values.data());
}

/// The whole dataset. Throws Error unless it has `dimensions`.
template <class T>
std::vector<T> read(const Handle& parent, const std::string& name, const Dimensions& dimensions);

/// Strings have the fixed length of the longest, and are ASCII, or UTF-8 if one of them is not: strings of
/// variable length are beyond Octave and PyTables. Read are strings of any kind. A single one is a scalar
/// dataset.
std::string read_string(const Handle& parent, const std::string& name);
void write_strings(const Handle& parent, const std::string& name, const std::vector<std::string>& texts);
/// The same for texts [dimensions].
void write_strings(const Handle& parent, const std::string& name, const Dimensions& dimensions,
                   const std::vector<std::string>& texts);
std::vector<std::string> read_strings(const Handle& parent, const std::string& name);

void write_attribute(const Handle& object, const std::string& name, const std::string& text);
void write_attribute(const Handle& object, const std::string& name, const std::vector<std::string>& texts);
void write_attribute(const Handle& object, const std::string& name, Element element, const void* values,
                     std::size_t count, bool scalar);
template <class T>
    requires std::is_arithmetic_v<T>
void write_attribute(const Handle& object, const std::string& name, T value) {
    write_attribute(object, name, element_of<T>(), &value, 1, true);
}
template <class T>
void write_attribute(const Handle& object, const std::string& name, std::span<const T> values) {
    write_attribute(object, name, element_of<T>(), values.data(), values.size(), false);
}
std::string string_attribute(const Handle& object, const std::string& name);
std::vector<std::string> string_list_attribute(const Handle& object, const std::string& name);
/// `count` numbers. Throws Error if the attribute has another number of them.
void read_attribute(const Handle& object, const std::string& name, Element element, void* values,
                    std::size_t count);
template <class T>
T attribute(const Handle& object, const std::string& name) {
    T value = {};
    read_attribute(object, name, element_of<T>(), &value, 1);
    return value;
}
bool has_attribute(const Handle& object, const std::string& name);
/// In no particular order.
std::vector<std::string> attribute_names(const Handle& object);

/// How a value is stored, for who does not know beforehand.
enum class Kind : std::uint8_t { text, byte, integer, number, other };
/// Of an attribute or a dataset. A byte is one without a sign.
Kind kind_of_attribute(const Handle& object, const std::string& name);
Kind kind_of_dataset(const Handle& dataset);
/// True for a dataset, false for a group.
bool is_dataset(const Handle& object);

/// Throws Error unless the dataset `name` has `dimensions`.
void expect_dimensions(const Handle& dataset, const std::string& name, const Dimensions& dimensions);

template <class T>
std::vector<T> read(const Handle& parent, const std::string& name, const Dimensions& dimensions) {
    const Handle dataset = open(parent, name);
    expect_dimensions(dataset, name, dimensions);
    std::vector<T> values(element_count(dimensions));
    read_block(dataset, element_of<T>(), Dimensions(dimensions.size(), 0), dimensions, values.data());
    return values;
}

}  // namespace misfit::h5
