#include "fuzz/record_edits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <hdf5.h>
#include <utility>

// HDF5's macros (H5S_ALL, H5T_VARIABLE) are casts of the old style.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace misfit::fuzz {
namespace {

/// An id of HDF5, let go of at the end; it may be none, and what uses it then does nothing.
class Id {
public:
    explicit Id(hid_t id) : id_(id) {}
    Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
    Id& operator=(Id&&) = delete;
    ~Id() {
        if (id_ >= 0) H5Idec_ref(id_);
    }
    operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor): it stands for the id

private:
    hid_t id_;
};

constexpr std::size_t most_values = 4096;  ///< that an edit writes

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.empty()) return words;
        const std::size_t end = std::min(line.find(' '), line.size());
        words.emplace_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

template <class Number>
Number number_of(const std::string& word) {
    Number number = {};
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
}

Id type_of(const std::string& word) {
    using Named = std::pair<const char*, hid_t>;
    const std::array numbers = {
        Named{"int8", H5T_STD_I8LE},    Named{"uint8", H5T_STD_U8LE},   Named{"int32", H5T_STD_I32LE},
        Named{"uint32", H5T_STD_U32LE}, Named{"uint64", H5T_STD_U64LE}, Named{"float64", H5T_IEEE_F64LE},
    };
    for (const auto& [name, type] : numbers)
        if (word == name) return Id(H5Tcopy(type));
    if (word == "pair") {
        Id type(H5Tcreate(H5T_COMPOUND, 16));
        H5Tinsert(type, "first", 0, H5T_STD_I64LE);
        H5Tinsert(type, "second", 8, H5T_IEEE_F64LE);
        return type;
    }
    Id text(H5Tcopy(H5T_C_S1));
    H5Tset_size(text, word == "fixed" ? 8 : H5T_VARIABLE);
    return text;
}

Id space_of(const std::vector<hsize_t>& extents) {
    return Id(extents.empty() ? H5Screate(H5S_SCALAR)
                              : H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
}

/// Gives `write(type in memory, values)` so many values of a kind that HDF5 turns into `stored`.
template <class Write>
void give_values(hid_t stored, double first, std::size_t count, const Write& write) {
    if (H5Tget_class(stored) == H5T_STRING) {
        std::vector<std::string> texts;
        for (std::size_t k = 0; k < count; ++k)
            texts.push_back(std::to_string(first + static_cast<double>(k)));
        std::vector<const char*> starts;
        std::string fixed;
        for (std::string& text : texts) {
            starts.push_back(text.c_str());
            fixed += (text + std::string(8, ' ')).substr(0, 8);
        }
        write(stored,
              H5Tis_variable_str(stored) > 0 ? static_cast<const void*>(starts.data()) : fixed.data());
        return;
    }
    std::vector<double> numbers(2 * count);  // a pair takes two
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = first + static_cast<double>(k);
    write(H5Tget_class(stored) == H5T_COMPOUND ? stored : H5T_NATIVE_DOUBLE, numbers.data());
}

class Editor {
public:
    Editor(hid_t file, const std::vector<std::string>& words) : file_(file), words_(words) {}

    void apply() const {
        const std::string& verb = words_[0];
        if (verb == "delete") make_room();
        if (verb == "group")
            make_room(), Id(H5Gcreate2(file_, path(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        if (verb == "dataset" && words_.size() > 3) dataset(extents_from(4), {});
        if (verb == "unwritten" && words_.size() > 4) dataset(extents_from(4), extents_from(3).front());
        if (verb == "value" && words_.size() > 3) value();
        if (verb == "text") text();
        if (verb == "attribute" && words_.size() > 2) attribute();
        if (verb == "number" && words_.size() > 5) number();
        if (verb == "drop" && words_.size() > 2) H5Adelete(Id(open()), words_[2].c_str());
        if (verb == "soft" || verb == "hard" || verb == "external") link(verb);
    }

private:
    const char* path() const { return words_[1].c_str(); }
    hid_t open() const { return H5Oopen(file_, path(), H5P_DEFAULT); }
    void make_room() const { H5Ldelete(file_, path(), H5P_DEFAULT); }
    std::vector<hsize_t> extents_from(std::size_t first) const {
        std::vector<hsize_t> extents;
        for (std::size_t k = first; k < words_.size(); ++k)
            extents.push_back(number_of<std::uint64_t>(words_[k]));
        return extents;
    }
    std::string rest_from(std::size_t first) const {
        std::string rest;
        for (std::size_t k = first; k < words_.size(); ++k) rest += (k == first ? "" : " ") + words_[k];
        return rest;
    }
    void dataset(const std::vector<hsize_t>& extents, hsize_t chunk) const;
    void value() const;
    void text() const;
    void attribute() const;
    void number() const;
    void link(const std::string& verb) const;

    hid_t file_;
    const std::vector<std::string>& words_;
};

void Editor::dataset(const std::vector<hsize_t>& extents, hsize_t chunk) const {
    const Id type = type_of(words_[2]);
    const Id space = space_of(extents);
    const Id properties(H5Pcreate(H5P_DATASET_CREATE));
    if (chunk > 0 && !extents.empty()) {
        const std::vector<hsize_t> chunks(extents.size(), std::min<hsize_t>(chunk, 64));
        H5Pset_chunk(properties, static_cast<int>(chunks.size()), chunks.data());
        H5Pset_deflate(properties, 1);
    }
    make_room();
    const Id made(H5Dcreate2(file_, path(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT));
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (made < 0 || words_[0] == "unwritten" || count <= 0 || count > static_cast<hssize_t>(most_values))
        return;
    give_values(type, number_of<double>(words_[3]), static_cast<std::size_t>(count),
                [&](hid_t in_memory, const void* values) {
                    H5Dwrite(made, in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
                });
}

void Editor::value() const {
    const Id dataset(H5Dopen2(file_, path(), H5P_DEFAULT));
    const Id space(H5Dget_space(dataset));
    const int rank = H5Sget_simple_extent_ndims(space);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (rank < 1 || count < 1) return;
    std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space, extents.data(), nullptr);
    std::vector<hsize_t> place(extents.size());
    hsize_t index = number_of<std::uint64_t>(words_[2]) % static_cast<hsize_t>(count);
    for (std::size_t axis = extents.size(); axis-- > 0; index /= extents[axis])
        place[axis] = index % extents[axis];
    H5Sselect_elements(space, H5S_SELECT_SET, 1, place.data());
    const double number = number_of<double>(words_[3]);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, Id(H5Screate(H5S_SCALAR)), space, H5P_DEFAULT, &number);
}

void Editor::text() const {
    const Id type = type_of("string");
    const std::string words = rest_from(2);
    const char* start = words.c_str();
    make_room();
    const Id made(H5Dcreate2(file_, path(), type, space_of({}), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &start);
}

void Editor::attribute() const {
    const Id object(open());
    const Id type = type_of("string");
    const std::string words = rest_from(3);
    const char* start = words.c_str();
    H5Adelete(object, words_[2].c_str());
    const Id made(H5Acreate2(object, words_[2].c_str(), type, space_of({}), H5P_DEFAULT, H5P_DEFAULT));
    H5Awrite(made, type, &start);
}

void Editor::number() const {
    const Id object(open());
    const Id type = type_of(words_[3]);
    const hsize_t count = std::min<hsize_t>(number_of<std::uint64_t>(words_[5]), most_values);
    H5Adelete(object, words_[2].c_str());
    const Id made(H5Acreate2(object, words_[2].c_str(), type, space_of({count}), H5P_DEFAULT, H5P_DEFAULT));
    if (made < 0 || count == 0) return;
    give_values(type, number_of<double>(words_[4]), count,
                [&](hid_t in_memory, const void* values) { H5Awrite(made, in_memory, values); });
}

void Editor::link(const std::string& verb) const {
    const std::string target = words_.size() > 2 ? words_[2] : "/";
    make_room();
    if (verb == "soft") H5Lcreate_soft(target.c_str(), file_, path(), H5P_DEFAULT, H5P_DEFAULT);
    if (verb == "hard") H5Lcreate_hard(file_, target.c_str(), file_, path(), H5P_DEFAULT, H5P_DEFAULT);
    if (verb == "external")
        H5Lcreate_external("other.h5", target.c_str(), file_, path(), H5P_DEFAULT, H5P_DEFAULT);
}

template <class Visit>
void visit_objects(const std::filesystem::path& path, const Visit& visit) {
    const Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    H5Ovisit2(
        file, H5_INDEX_NAME, H5_ITER_INC,
        [](hid_t object, const char* name, const H5O_info_t*, void* with) -> herr_t {
            (*static_cast<const Visit*>(with))(object, name);
            return 0;
        },
        const_cast<Visit*>(&visit), H5O_INFO_BASIC);
}

}  // namespace

void apply_edits(const std::filesystem::path& path, std::string_view text) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    constexpr int most_lines = 32;
    for (int line = 0; line < most_lines && !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::vector<std::string> words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool is_plain = std::ranges::all_of(
            words, [](const std::string& word) { return word.find('\0') == std::string::npos; });
        if (words.size() > 1 && is_plain) Editor(file, words).apply();
    }
}

std::vector<std::string> object_paths(const std::filesystem::path& file) {
    std::vector<std::string> paths;
    visit_objects(file,
                  [&](hid_t, const std::string& name) { paths.push_back(name == "." ? "/" : "/" + name); });
    return paths;
}

std::vector<std::string> attribute_places(const std::filesystem::path& file) {
    std::vector<std::string> places;
    visit_objects(file, [&](hid_t parent, const std::string& name) {
        const std::string path = name == "." ? "/" : "/" + name;
        const Id object(H5Oopen(parent, name.c_str(), H5P_DEFAULT));
        std::vector<std::string> names;
        H5Aiterate2(
            object, H5_INDEX_NAME, H5_ITER_INC, nullptr,
            [](hid_t, const char* attribute, const H5A_info_t*, void* list) -> herr_t {
                static_cast<std::vector<std::string>*>(list)->emplace_back(attribute);
                return 0;
            },
            &names);
        for (const std::string& attribute : names)
            places.push_back(std::string(path).append(" ").append(attribute));
    });
    return places;
}

bool keep_memory() { return H5set_free_list_limits(-1, -1, -1, -1, -1, -1) >= 0; }

}  // namespace misfit::fuzz
