#include "misfit/base/types.hpp"

#include <cstdint>
#include <new>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace misfit {
namespace {

constexpr std::size_t huge_page = 2UL << 20;

std::align_val_t alignment_of(std::size_t bytes) {
    return std::align_val_t{bytes < 2 * huge_page ? vector_alignment : huge_page};
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
    const std::size_t lines = (bytes + vector_alignment - 1) / vector_alignment;
    void* const pointer = ::operator new(lines * vector_alignment, alignment_of(bytes));
#ifdef MADV_HUGEPAGE
    if (bytes >= 2 * huge_page) madvise(pointer, bytes, MADV_HUGEPAGE);  // a wish: no harm if it is refused
#endif
    return pointer;
}

void free_aligned(void* pointer, std::size_t bytes) noexcept {
    ::operator delete(pointer, alignment_of(bytes));
}

#ifdef MADV_DONTNEED
void give_back(void* begin, std::size_t bytes) noexcept {
    const std::size_t before = (huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page) % huge_page;
    const std::size_t whole = bytes > before ? (bytes - before) / huge_page * huge_page : 0;
    if (whole > 0) madvise(static_cast<std::byte*>(begin) + before, whole, MADV_DONTNEED);
}
#else
void give_back(void*, std::size_t) noexcept {}
#endif

}  // namespace misfit
