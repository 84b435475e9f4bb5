#include "misfit/record/record_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/crystal/species.hpp"
#include "misfit/folder/provenance.hpp"
#include "misfit/record/record_parameters.hpp"
#include "misfit/store/hdf5_scales.hpp"

namespace misfit {
namespace {

/// Text that need not be ASCII, as bytes of UTF-8.
void write_bytes(const h5::Handle& file, const std::string& name, const std::string& text) {
    h5::write<std::uint8_t>(file, name, {text.size()},
                            {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string read_bytes(const h5::Handle& file, const char* name, const std::string& record) {
    const h5::Handle dataset = h5::open(file, name);
    if (!h5::is_dataset(dataset) || h5::kind_of_dataset(dataset) != h5::Kind::byte)
        throw Error(fmt::format("{}: /{} holds no bytes", record, name));
    const auto bytes = h5::read<std::uint8_t>(file, name, h5::dimensions_of(dataset));
    return {bytes.begin(), bytes.end()};
}

template <class Text>
void write_texts(const h5::Handle& group, const char* name, const std::vector<Observable::Column>& columns,
                 Text text) {
    std::vector<std::string> texts;
    for (const Observable::Column& column : columns) texts.push_back(column.*text);
    h5::write_strings(group, name, texts);
}

void write_columns(const h5::Handle& file, const std::vector<Observable::Column>& columns) {
    const h5::Handle group = h5::create_group(file, "columns");
    write_texts(group, "name", columns, &Observable::Column::name);
    write_texts(group, "unit", columns, &Observable::Column::unit);
    write_texts(group, "description", columns, &Observable::Column::description);
    write_texts(group, "panel", columns, &Observable::Column::panel);
    write_texts(group, "label", columns, &Observable::Column::label);
    h5::Scale column = h5::Scale::without_values(group, "column", columns.size());
    for (const char* text : {"name", "unit", "description", "panel", "label"})
        h5::attach(group, text, {&column});
    h5::write_references({&column});
}

std::vector<Observable::Column> read_columns(const h5::Handle& file) {
    const h5::Handle group = h5::open(file, "columns");
    std::vector<Observable::Column> columns;
    const auto names = h5::read_strings(group, "name");
    const auto units = h5::read_strings(group, "unit");
    const auto descriptions = h5::read_strings(group, "description");
    // The first records of 2.0 had no pictures to name.
    const bool has_panels = h5::has_link(group, "panel") && h5::has_link(group, "label");
    const auto panels =
        has_panels ? h5::read_strings(group, "panel") : std::vector<std::string>(names.size());
    const auto labels =
        has_panels ? h5::read_strings(group, "label") : std::vector<std::string>(names.size());
    for (std::size_t k = 0; k < names.size(); ++k)
        columns.push_back({names[k], units.at(k), descriptions.at(k), panels.at(k), labels.at(k)});
    return columns;
}

/// Of version 1.x, which described each column where its samples lay.
std::vector<Observable::Column> read_columns_1(const h5::Handle& file, const RecordPlaces& places) {
    const h5::Handle observables = h5::open(file, places.observables(0));
    std::vector<Observable::Column> columns;
    for (const std::string& name : h5::link_names(observables)) {
        if (name == "time" || name == "stage" || name == "sweep") continue;
        const h5::Handle dataset = h5::open(observables, name);
        // What others have put there is passed over.
        if (!h5::has_attribute(dataset, "unit") || !h5::has_attribute(dataset, "description")) continue;
        columns.push_back(
            {name, h5::string_attribute(dataset, "unit"), h5::string_attribute(dataset, "description")});
    }
    return columns;
}

void write_species(const h5::Handle& file, const Elements& called) {
    const h5::Handle group = h5::create_group(file, "species");
    std::vector<std::string> names;
    std::vector<std::string> elements;
    std::vector<std::string> colors;
    std::vector<std::int32_t> sigma;
    for (const SpeciesLook& look : species_looks) {
        names.emplace_back(look.name);
        elements.emplace_back(called.of(look.sigma));
        colors.emplace_back(look.color);
        sigma.push_back(look.sigma);
    }
    h5::write_strings(group, "name", names);
    h5::write<std::int32_t>(group, "sigma", {sigma.size()}, sigma);
    h5::write_strings(group, "element", elements);
    h5::write_strings(group, "color", colors);
    h5::Scale species = h5::Scale::without_values(group, "species", names.size());
    for (const char* text : {"name", "sigma", "element", "color"}) h5::attach(group, text, {&species});
    h5::write_references({&species});
}

}  // namespace

void write_head(const h5::Handle& file, const RecordHeader& header) {
    h5::write_attribute(file, "format", std::string("misfit record"));
    h5::write_attribute(file, "kind", std::string(kind_word(header.spec.kind())));
    const std::array<std::int32_t, 2> version = {record_version_major, record_version_minor};
    h5::write_attribute(file, "format_version", std::span<const std::int32_t>(version));
    h5::write_attribute(file, "complete", static_cast<std::uint8_t>(header.complete));
    h5::write_attribute(file, "citation", citation());

    const h5::Handle h5md = h5::create_group(file, "h5md");
    const std::array<std::int32_t, 2> h5md_version = {1, 1};
    h5::write_attribute(h5md, "version", std::span<const std::int32_t>(h5md_version));
    h5::write_attribute(h5::create_group(h5md, "author"), "name", std::string("unknown"));
    const h5::Handle creator = h5::create_group(h5md, "creator");
    h5::write_attribute(creator, "name", std::string("misfit"));
    h5::write_attribute(creator, "version", header.misfit_version);

    write_bytes(file, "input", header.input_text);
    write_parameters(file, header.spec);
    const h5::Handle potential = h5::create_group(file, "potential");
    h5::write_attribute(potential, "hash", header.potential_hash);
    h5::write_attribute(potential, "method", header.potential_method);
    write_columns(file, header.columns);
    write_species(file, header.spec.elements.value_or(Elements{}));
}

void write_provenance(const h5::Handle& file, const Provenance& provenance) {
    const h5::Handle group = h5::create_group(file, "provenance");
    h5::write_attribute(group, "host", provenance.host);
    h5::write_attribute(group, "build", provenance.build);
    h5::write_attribute(group, "arithmetic", fmt::format("{:016x}", provenance.arithmetic));
    h5::write_attribute(group, "started", provenance.started);
    h5::write_attribute(group, "finished", provenance.finished);
    h5::write_attribute(group, "threads", std::int32_t{provenance.threads});
    h5::write_attribute(group, "wall_seconds", provenance.wall_seconds);
    h5::write_attribute(group, "potential_seconds", provenance.potential_seconds);
}

void write_ends(const h5::Handle& file, const std::vector<Bytes>& ends) {
    Bytes all;
    std::vector<std::uint64_t> end;
    for (const Bytes& each : ends) {
        all.insert(all.end(), each.begin(), each.end());
        end.push_back(all.size());
    }
    const h5::Handle group = h5::create_group(file, "continuation");
    h5::write<std::uint8_t>(group, "bytes", {all.size()}, all);
    h5::write<std::uint64_t>(group, "end", {end.size()}, end);
}

std::vector<Bytes> read_ends(const std::filesystem::path& record) {
    const h5::Handle file = h5::open_file(record);
    if (!h5::has_link(file, "continuation"))
        throw Error(
            fmt::format("{}: does not hold the states that a longer run goes on from", record.string()));
    const h5::Handle group = h5::open(file, "continuation");
    const auto all = h5::read<std::uint8_t>(group, "bytes", h5::dimensions_of(h5::open(group, "bytes")));
    std::vector<Bytes> ends;
    std::uint64_t begin = 0;
    for (const std::uint64_t end :
         h5::read<std::uint64_t>(group, "end", h5::dimensions_of(h5::open(group, "end")))) {
        if (end < begin || end > all.size()) throw Error(fmt::format("{}: damaged", record.string()));
        ends.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(begin),
                          all.begin() + static_cast<std::ptrdiff_t>(end));
        begin = end;
    }
    return ends;
}

void require_same_columns(std::span<const Observable::Column> here,
                          std::span<const Observable::Column> recorded, const std::string& source) {
    const auto missing = [](std::span<const Observable::Column> from,
                            std::span<const Observable::Column> in) -> const Observable::Column* {
        const auto found = std::ranges::find_if(from, [&](const Observable::Column& column) {
            return std::ranges::find(in, column.name, &Observable::Column::name) == in.end();
        });
        return found == from.end() ? nullptr : &*found;
    };
    if (const auto* column = missing(recorded, here))
        throw Error(
            fmt::format("{}: records the observable \"{}\", which only the Python program that began it "
                        "can measure: go on with misfit.run(..., observables={{\"{}\": ...}})",
                        source, column->name, column->name));
    if (const auto* column = missing(here, recorded))
        throw Error(
            fmt::format("{}: does not record the observable \"{}\": one is given from the beginning of "
                        "a run on",
                        source, column->name));
    if (!std::ranges::equal(here, recorded, {}, &Observable::Column::name, &Observable::Column::name))
        throw Error(fmt::format("{}: records its observables in another order", source));
}

RecordHeader read_head(const h5::Handle& file, const RecordPlaces& places, const std::string& name) {
    RecordHeader header;
    header.spec = read_parameters(file, places, name);
    if (header.spec.kind() != places.method())
        throw Error(fmt::format("{}: its parameters are not those of a record of {}", name,
                                kind_word(places.method())));
    header.input_text = places.is_old() ? h5::read_string(file, "input") : read_bytes(file, "input", name);
    header.columns = places.is_old() ? read_columns_1(file, places) : read_columns(file);
    header.misfit_version = h5::string_attribute(h5::open(file, "h5md/creator"), "version");
    header.complete = h5::attribute<std::uint8_t>(file, "complete") != 0;
    const h5::Handle potential = h5::open(file, "potential");
    header.potential_hash = h5::string_attribute(potential, "hash");
    header.potential_method = h5::string_attribute(potential, "method");
    return header;
}

Provenance read_provenance(const h5::Handle& file) {
    const h5::Handle group = h5::open(file, "provenance");
    Provenance provenance;
    provenance.host = h5::string_attribute(group, "host");
    provenance.build = h5::string_attribute(group, "build");
    if (h5::has_attribute(group, "arithmetic")) {
        const std::string text = h5::string_attribute(group, "arithmetic");
        std::from_chars(text.data(), text.data() + text.size(), provenance.arithmetic, 16);
    }
    provenance.started = h5::string_attribute(group, "started");
    provenance.finished = h5::string_attribute(group, "finished");
    provenance.threads = h5::attribute<std::int32_t>(group, "threads");
    provenance.wall_seconds = h5::attribute<double>(group, "wall_seconds");
    provenance.potential_seconds = h5::attribute<double>(group, "potential_seconds");
    return provenance;
}

void require_method(const RecordPlaces& places, const std::string& name, Method method) {
    if (places.method() != method)
        throw Error(fmt::format("{}: a record of {}, not of {}", name, kind_word(places.method()),
                                kind_word(method)));
}

Crystal crystal_of(const Settings& settings, std::uint64_t stored, const std::string& name) {
    // The count of a large sphere is an estimate.
    if (static_cast<double>(site_count(settings)) > 2.0 * static_cast<double>(stored))
        throw Error(fmt::format("{}: its sites are not those of its parameters", name));
    return build_crystal(settings);
}

void require_species(std::span<const Spin> sigma, const std::string& name) {
    if (!std::ranges::all_of(sigma, [](Spin s) { return s == 1 || s == -1; }))
        throw Error(fmt::format("{}: damaged: a species is neither A nor B", name));
}

Method record_kind(const std::filesystem::path& path) {
    const h5::Handle file = h5::open_file(path);
    return RecordPlaces(file, path.string()).method();
}

}  // namespace misfit
