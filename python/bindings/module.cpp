// misfit._core: the library as a module of Python.

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <new>
#include <utility>

#include "bindings.hpp"
#include "misfit/base/error.hpp"

namespace misfit::python {
namespace {

void raise_error(const char* message) {
    PyErr_SetString(py::module_::import("misfit.errors").attr("Error").ptr(), message);
}

/// Raises misfit.InputError with the parts of its message.
void raise_input_error(const InputError& error) {
    const py::object type = py::module_::import("misfit.errors").attr("InputError");
    const InputPlace& place = error.place();
    const py::object raised = type(error.what(), py::arg("file") = place.file, py::arg("line") = place.line,
                                   py::arg("column") = place.column, py::arg("key") = error.key(),
                                   py::arg("given") = error.given(), py::arg("allowed") = error.allowed());
    PyErr_SetObject(type.ptr(), raised.ptr());
}

}  // namespace

void bind_errors(py::module_&) {
    // The types are those of misfit/errors.py: code that only reads records raises them too.
    py::register_local_exception_translator([](std::exception_ptr pointer) {
        try {
            if (pointer) std::rethrow_exception(std::move(pointer));
        } catch (const InputError& error) {
            raise_input_error(error);
        } catch (const Error& error) {
            raise_error(error.what());
        } catch (const std::bad_alloc&) {
            raise_error("memory ran out");
        }
    });
}

std::vector<Spin> species(const Numbers& sigma, Site size) {
    if (sigma.ndim() != 1 || sigma.size() != size)
        throw Error(fmt::format("sigma has {} values in {} dimensions; the crystal has {} sites",
                                sigma.size(), sigma.ndim(), size));
    std::vector<Spin> result(static_cast<std::size_t>(size));
    for (Site site = 0; site < size; ++site) {
        const double value = sigma.at(site);
        if (value != 1.0 && value != -1.0)
            throw Error(fmt::format("sigma[{}] = {}: must be +1 (A) or -1 (B)", site, value));
        result[static_cast<std::size_t>(site)] = value > 0.0 ? Spin{1} : Spin{-1};
    }
    return result;
}

void require_site(Site site, Site size) {
    if (site < 0 || site >= size) throw Error(fmt::format("site {}: must be 0 to {}", site, size - 1));
}

std::size_t index_of_word(const std::vector<std::string>& words, const std::string& word, const char* name) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end())
        throw Error(fmt::format("{} = \"{}\": must be \"{}\"", name, word, fmt::join(words, "\" or \"")));
    return static_cast<std::size_t>(found - words.begin());
}

}  // namespace misfit::python

PYBIND11_MODULE(_core, module) {
    using namespace misfit::python;
    module.doc() = "Crystals, potentials, energies, engines and whole runs of misfit, compiled.";
    bind_errors(module);
    bind_crystal(module);
    bind_potential(module);
    bind_energy(module);
    bind_engines(module);
    bind_observables(module);
    bind_strain(module);
    bind_run(module);
    bind_atoms(module);
}
