#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include "misfit/base/types.hpp"
#include "misfit/base/watch.hpp"

/// What the sources of misfit._core share. Each binds one topic; python/misfit/_core.pyi has the types.
namespace misfit::python {

namespace py = pybind11;

void bind_errors(py::module_& module);
void bind_atoms(py::module_& module);
void bind_crystal(py::module_& module);
void bind_potential(py::module_& module);
void bind_energy(py::module_& module);
void bind_engines(py::module_& module);
void bind_observables(py::module_& module);
void bind_run(py::module_& module);
void bind_strain(py::module_& module);

/// A numpy array on memory that `owner` holds: nothing is copied, the array keeps the owner alive, and it
/// cannot be written to. Strides in bytes.
template <class T>
py::array view(const py::object& owner, const T* data, std::vector<py::ssize_t> shape,
               std::vector<py::ssize_t> strides) {
    py::array array(py::dtype::of<T>(), std::move(shape), std::move(strides), data, owner);
    array.attr("flags").attr("writeable") = false;
    return array;
}

/// The same for values that follow each other.
template <class T>
py::array view(const py::object& owner, const T* data, std::size_t size) {
    return view(owner, data, {static_cast<py::ssize_t>(size)}, {static_cast<py::ssize_t>(sizeof(T))});
}

/// A numpy array that takes the place of a vector, which goes when the array goes: nothing is copied.
template <class T>
py::array_t<T> as_array(std::vector<T> values) {
    auto* kept = new std::vector<T>(std::move(values));
    const py::capsule owner(kept, [](void* vector) { delete static_cast<std::vector<T>*>(vector); });
    return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), owner);
}

/// What Python gives for numbers: an array or a list of them.
using Numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;

/// Species as Python gives them, [size]. Throws Error unless there are `size` of them, each +1 or -1.
std::vector<Spin> species(const Numbers& sigma, Site size);

/// What `make(watch)` gives, made on a thread of its own without Python's lock, while this one looks for
/// signals: an interrupt from the keyboard stops it and goes on upwards.
template <class Make>
auto interruptible(const Make& make) {
    std::atomic<bool> stop = false;
    auto made = std::async(std::launch::async, [&] { return make(Watch{{}, &stop}); });
    bool is_interrupted = false;
    {
        const py::gil_scoped_release release;
        while (made.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready && !is_interrupted) {
            const py::gil_scoped_acquire lock;
            is_interrupted = PyErr_CheckSignals() != 0;
            stop = is_interrupted;
        }
        made.wait();
    }
    if (is_interrupted) throw py::error_already_set();
    return made.get();
}

/// Throws Error unless 0 <= site < size.
void require_site(Site site, Site size);

/// Which of some words was meant. Throws Error, naming all, if none.
template <class Words>
std::size_t index_of_word(const Words& words, const std::string& word, const char* name);
/// The same without the type of the list.
std::size_t index_of_word(const std::vector<std::string>& words, const std::string& word, const char* name);

template <class Words>
std::size_t index_of_word(const Words& words, const std::string& word, const char* name) {
    return index_of_word(std::vector<std::string>(words.begin(), words.end()), word, name);
}

}  // namespace misfit::python
