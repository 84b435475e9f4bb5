#include "misfit/record/record_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <vector>

#include "misfit/base/error.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/record/provenance.hpp"

namespace misfit {
namespace {

void require_known_format(const h5::Handle& file, const std::string& name) {
    if (!h5::has_attribute(file, "format") || h5::string_attribute(file, "format") != "misfit record")
        throw Error(fmt::format("{}: an HDF5 file, but not a misfit record", name));
    std::array<std::int32_t, 2> version = {};
    h5::read_attribute(file, "format_version", h5::Element::int32, version.data(), version.size());
    if (version[0] > record_version_major)
        throw Error(fmt::format("{}: a record of version {}.{}; this misfit reads up to {}.x", name,
                                version[0], version[1], record_version_major));
}

/// Records of before there were kinds are of exchange.
Method kind_of(const h5::Handle& file) {
    const bool is_equilibrium = h5::has_attribute(file, "kind") &&
                                h5::string_attribute(file, "kind") == kind_word(Method::equilibrium);
    return is_equilibrium ? Method::equilibrium : Method::exchange;
}

RunSpec read_spec_of(const h5::Handle& file, const std::string& name) {
    const h5::Handle parameters = h5::open(file, "parameters");
    std::vector<std::string> settings;
    const auto add = [&](const std::string& key) {
        settings.push_back(key + "=" + h5::string_attribute(parameters, key));
    };
    const std::string sweep = std::string(sweep_table) + ".";
    for (const std::string& key : h5::attribute_names(parameters))
        if (!key.starts_with(sweep)) add(key);
    // Attributes come in no order, and that of the sweep's keys numbers the points.
    if (kind_of(file) == Method::equilibrium)
        for (const std::string& key : h5::string_list_attribute(h5::open(file, "sweep"), "keys"))
            if (key != stage_table) add(sweep + key);
    return parse_spec("", name, settings);
}

}  // namespace

const char* kind_word(Method method) { return method == Method::exchange ? "exchange" : "equilibrium"; }

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

    h5::write_string(file, "input", header.input_text);
    const h5::Handle parameters = h5::create_group(file, "parameters");
    for (const auto& [key, value] : resolved_keys(header.spec))
        h5::write_attribute(parameters, key, toml_text(value));
}

void write_potential(const h5::Handle& file, const RecordHeader& header) {
    const h5::Handle potential = h5::create_group(file, "potential");
    h5::write_attribute(potential, "hash", header.potential_hash);
    h5::write_attribute(potential, "method", header.potential_method);
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

RecordHeader read_head(const h5::Handle& file, const std::string& name) {
    require_known_format(file, name);
    RecordHeader header;
    header.spec = read_spec_of(file, name);
    header.input_text = h5::read_string(file, "input");
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

void require_format(const h5::Handle& file, const std::string& name, Method method) {
    require_known_format(file, name);
    if (const Method found = kind_of(file); found != method)
        throw Error(fmt::format("{}: a record of {}, not of {}", name, kind_word(found), kind_word(method)));
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
    require_known_format(file, path.string());
    return kind_of(file);
}

}  // namespace misfit
