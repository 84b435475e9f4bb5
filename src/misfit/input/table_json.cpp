// The only file that includes nlohmann-json: it compiles slowly.
#include "misfit/input/table_json.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "misfit/crystal/shapes.hpp"
#include "misfit/crystal/species.hpp"
#include "misfit/engine/kmc.hpp"
#include "misfit/input/schema.hpp"
#include "misfit/input/spec_stages.hpp"
#include "misfit/input/spec_sweep.hpp"
#include "misfit/measure/composition.hpp"
#include "misfit/measure/energies.hpp"
#include "misfit/measure/observable.hpp"
#include "misfit/measure/observables.hpp"
#include "misfit/measure/phases.hpp"
#include "misfit/store/version.hpp"

namespace misfit {
namespace {

using Json = nlohmann::ordered_json;

const char* type_word(KeyType type) {
    switch (type) {
        case KeyType::number:
            return "number";
        case KeyType::integer:
            return "integer";
        case KeyType::truth:
            return "boolean";
        case KeyType::word:
            return "word";
        case KeyType::text:
            return "text";
        case KeyType::number_list:
            return "list of numbers";
        case KeyType::word_list:
            return "word or list of words";
        case KeyType::word_pair:
            return "list of two words";
        case KeyType::integer_list:
            return "list of integers";
        case KeyType::point_list:
            return "list of lattice points, or path";
        case KeyType::other:
            break;
    }
    return "other";
}

Json value_json(const Value& value) {
    return std::visit(
        [](const auto& content) -> Json {
            using Content = std::remove_cvref_t<decltype(content)>;
            if constexpr (std::is_same_v<Content, std::monostate>) {
                return nullptr;
            } else if constexpr (std::is_same_v<Content, std::vector<Value>>) {
                Json list = Json::array();
                for (const Value& item : content) list.push_back(value_json(item));
                return list;
            } else {
                return content;
            }
        },
        value.content);
}

/// Settings of a shape and a method with which a key means something.
Settings settings_with(const SpecKey& key) {
    Settings settings;
    if (!goes_with(key, Method::exchange)) settings.method = Equilibrium{};
    if (!key.shapes.empty()) find_key("crystal.shape")->read(settings, {key.shapes.back()});
    return settings;
}

Json range_json(const SpecKey& key) {
    Json range = Json::object();
    if (std::isfinite(key.range.low))
        range[key.range.low_included ? "minimum" : "exclusiveMinimum"] = key.range.low;
    // What is written as 2^63 - 1 has no upper end.
    if (std::isfinite(key.range.high) && key.range.high < 9e18) range["maximum"] = key.range.high;
    return range;
}

Json key_json(const SpecKey& key) {
    Json json = {{"path", key.path},
                 {"type", type_word(key.type)},
                 {"allowed", key.allowed},
                 {"unit", key.unit},
                 {"meaning", key.meaning},
                 {"required", key.required},
                 {"required_for", key.required_for},
                 {"shapes", key.shapes},
                 {"words", key.words},
                 {"range", range_json(key)}};
    const std::optional<Value> preset = key.required ? std::nullopt : key.value(settings_with(key));
    json["default"] = preset ? value_json(*preset) : Json(nullptr);
    Json methods = Json::array();
    if (goes_with(key, Method::exchange)) methods.push_back("exchange");
    if (goes_with(key, Method::equilibrium)) methods.push_back("equilibrium");
    json["methods"] = methods;
    json["can_be_swept"] = can_be_swept(key);
    return json;
}

Json species_json() {
    Json all = Json::array();
    for (const SpeciesLook& look : species_looks)
        all.push_back({{"name", look.name},
                       {"sigma", int{look.sigma}},
                       {"element", Elements{}.of(look.sigma)},
                       {"color", look.color},
                       {"dark_color", look.dark_color}});
    return all;
}

Json phases_json() {
    Json all = Json::array();
    for (const PhaseLook& look : phase_looks)
        all.push_back({{"name", look.name},
                       {"order_parameter", static_cast<int>(look.phase)},
                       {"color", look.color},
                       {"dark_color", look.dark_color},
                       {"line_color", look.line_color}});
    return all;
}

/// Every observable there is, on a crystal of two dimensions and on one of three; profiles but one column.
Json observables_json() {
    std::vector<Observable::Column> all;
    for (const CrystalParameters& shape :
         {CrystalParameters(Hexagon{3}), CrystalParameters(Box{{3, 3, 3}})}) {
        const auto crystal = std::make_shared<const Crystal>(build_crystal(shape));
        const Hamiltonian model(crystal, nullptr, {.kT = 1.0, .epsilon = 0.0});
        std::vector<Observable> observables =
            make_observables(model, {.strain = true, .profile = ProfileAxis::none});
        observables.push_back(core_composition(*crystal));
        observables.push_back(total_energy(model));
        observables.push_back(unstructured_fraction(*crystal));
        for (const Observable::Column& column : columns_of(observables))
            if (std::find(all.begin(), all.end(), column) == all.end()) all.push_back(column);
    }
    Json json = Json::array();
    for (const Observable::Column& column : all)
        json.push_back({{"name", column.name},
                        {"unit", column.unit},
                        {"description", column.description},
                        {"panel", column.panel},
                        {"label", column.label}});
    return json;
}

/// What stands for a schema's type of a key's value.
Json value_schema(const SpecKey& key) {
    Json schema = range_json(key);
    switch (key.type) {
        case KeyType::number:
            schema["type"] = "number";
            break;
        case KeyType::integer:
            schema["type"] = "integer";
            break;
        case KeyType::truth:
            schema["type"] = "boolean";
            break;
        case KeyType::word:
            schema = {{"enum", key.words}};
            break;
        case KeyType::text:
            schema["type"] = "string";
            break;
        case KeyType::number_list:
            schema = {{"type", "array"}, {"items", {{"type", "number"}, {"minimum", 0}}}};
            break;
        case KeyType::word_list:
            schema = {{"anyOf", Json::array({{{"enum", key.words}},
                                             {{"type", "array"},
                                              {"items", {{"enum", key.words}}},
                                              {"minItems", 1},
                                              {"uniqueItems", true}}})}};
            break;
        case KeyType::word_pair:
            schema = {{"type", "array"},
                      {"items", {{"enum", key.words}}},
                      {"minItems", 2},
                      {"maxItems", 2},
                      {"uniqueItems", true}};
            break;
        case KeyType::integer_list: {
            Json item = range_json(key);
            item["type"] = "integer";
            schema = {{"type", "array"}, {"items", item}, {"minItems", 2}, {"maxItems", 3}};
            break;
        }
        case KeyType::point_list: {
            const Json point = {
                {"type", "array"}, {"items", {{"type", "integer"}}}, {"minItems", 2}, {"maxItems", 3}};
            schema = {{"anyOf", Json::array({{{"type", "string"}},
                                             {{"type", "array"}, {"items", point}, {"minItems", 2}}})}};
            break;
        }
        case KeyType::other:
            break;
    }
    return schema;
}

Json described(Json schema, const SpecKey& key, bool has_default) {
    schema["description"] = fmt::format(
        "{}{}", key.meaning, key.unit.empty() || key.unit == "1" ? "" : fmt::format(" [{}]", key.unit));
    if (has_default && !key.required)
        if (const std::optional<Value> preset = key.value(settings_with(key)))
            schema["default"] = value_json(*preset);
    return schema;
}

Json object_schema() {
    return {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
}

/// The object of a table, "crystal.shell", within the schema of the whole.
Json& object_at(Json& root, const std::string& path) {
    Json* object = &root;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t dot = std::min(path.find('.', begin), path.size());
        Json& properties = (*object)["properties"];
        const std::string name = path.substr(begin, dot - begin);
        if (!properties.contains(name)) properties[name] = object_schema();
        object = &properties[name];
        begin = dot + 1;
    }
    return *object;
}

/// A property under a dotted name, as TOML writes it with and without quotes.
void add_property(Json& root, const std::string& path, const Json& schema) {
    const std::size_t dot = path.rfind('.');
    Json& owner = dot == std::string::npos ? root : object_at(root, path.substr(0, dot));
    owner["properties"][dot == std::string::npos ? path : path.substr(dot + 1)] = schema;
    if (dot != std::string::npos) root["properties"][path] = schema;
}

}  // namespace

std::string table_json() {
    Json json;
    json["version"] = misfit_version();
    json["tables"] = Json::array();
    for (const SpecTable& table : spec_tables())
        json["tables"].push_back(
            {{"path", table.path},
             {"meaning", table.meaning},
             {"method",
              table.method ? (*table.method == Method::exchange ? "exchange" : "equilibrium") : "both"}});
    json["keys"] = Json::array();
    for (const SpecKey& key : spec_keys()) json["keys"].push_back(key_json(key));
    json["stage_keys"] = {{"exchange", names_in_stage(Method::exchange)},
                          {"equilibrium", names_in_stage(Method::equilibrium)}};
    json["observables"] = observables_json();
    json["species"] = species_json();
    json["phases"] = phases_json();
    json["starts"] = start_words;
    json["arrangements"] = arrangement_words;
    json["stops"] = stop_words;
    json["event_kinds"] = event_kind_names;
    return json.dump(1) + "\n";
}

std::string input_schema() {
    Json root = object_schema();
    for (const SpecKey& key : spec_keys())
        object_at(root, key.table())["properties"][key.name()] = described(value_schema(key), key, true);
    for (const SpecTable& table : spec_tables())
        if (table.path != sweep_table && table.path != stage_table)
            object_at(root, table.path)["description"] = table.meaning;

    Json sweep = object_schema();
    for (const SpecKey& key : spec_keys())
        if (can_be_swept(key))
            add_property(sweep, key.path,
                         {{"type", "array"},
                          {"items", value_schema(key)},
                          {"minItems", 1},
                          {"uniqueItems", true},
                          {"description", key.meaning}});
    Json stage = object_schema();
    for (const Method method : {Method::exchange, Method::equilibrium})
        for (const std::string& name : names_in_stage(method)) {
            const SpecKey& key = *find_key(path_in_stage(name, method));
            add_property(stage, name, described(value_schema(key), key, false));
        }
    for (const SpecTable& table : spec_tables()) {
        if (table.path == sweep_table) sweep["description"] = table.meaning;
        if (table.path == stage_table) stage["description"] = table.meaning;
    }
    root["properties"][sweep_table] = sweep;
    root["properties"][stage_table] = {{"type", "array"}, {"items", stage}};
    root["required"] = Json::array({"crystal"});
    root["properties"]["crystal"]["required"] = Json::array({"shape"});
    Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                   {"title", "misfit input"},
                   {"description", "Ion exchange of lattice-mismatched nanocrystals"}};
    schema.update(root);
    return schema.dump(1) + "\n";
}

}  // namespace misfit
