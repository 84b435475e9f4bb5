#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

/// Memory in whole cache lines, aligned to one; from 4 MiB on in huge pages where the system has them: an
/// event reads rows of V from anywhere, and to find them page by page of 4 KiB was a tenth of it.
void* allocate_aligned(std::size_t bytes);
void free_aligned(void* pointer, std::size_t bytes) noexcept;
/// Gives the whole pages within a part of such memory back to the system before all of it is freed; what is
/// there is lost.
void give_back(void* begin, std::size_t bytes) noexcept;

/// Allocator for AlignedVector: a kernel may read the vector in which an array ends, as masked loads do on
/// processors without masks.
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    explicit AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
    T* allocate(std::size_t count) { return static_cast<T*>(allocate_aligned(count * sizeof(T))); }
    void deallocate(T* pointer, std::size_t count) noexcept { free_aligned(pointer, count * sizeof(T)); }
    template <class U>
    bool operator==(const AlignedAllocator<U>&) const noexcept {
        return true;
    }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace misfit
