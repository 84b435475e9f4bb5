#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace misfit {

/// Index of a lattice site, 0 to N-1, in the crystal's one site order (crystal/crystal.hpp).
using Site = std::int32_t;

/// Species of a site: +1 is A (outgoing ion, blue), -1 is B (incoming ion, red).
using Spin = std::int8_t;

/// Cartesian vector; the third component is zero in two dimensions. Unit: lattice spacings.
using Vector3 = std::array<double, 3>;

/// Integer lattice coordinates (x, y, z): the position is x a_1 + y a_2 + z a_3 (crystal/lattice.hpp).
using LatticePoint = std::array<int, 3>;

/// Bytes to which every array that a vector kernel reads is aligned: one cache line, one AVX-512 vector.
inline constexpr std::size_t vector_alignment = 64;

/// Allocator of memory in whole cache lines for AlignedVector: a kernel may read the vector in which an array
/// ends, as masked loads do on processors without masks.
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    explicit AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
    T* allocate(std::size_t count) {
        const std::size_t lines = (count * sizeof(T) + vector_alignment - 1) / vector_alignment;
        return static_cast<T*>(::operator new(lines * vector_alignment, std::align_val_t{vector_alignment}));
    }
    void deallocate(T* pointer, std::size_t) noexcept {
        ::operator delete(pointer, std::align_val_t{vector_alignment});
    }
    template <class U>
    bool operator==(const AlignedAllocator<U>&) const noexcept {
        return true;
    }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace misfit
