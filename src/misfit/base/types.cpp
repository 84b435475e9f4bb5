#include "misfit/base/types.hpp"

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
    const auto first = reinterpret_cast<std::uintptr_t>(begin);
    const std::uintptr_t from = (first + huge_page - 1) / huge_page * huge_page;
    const std::uintptr_t to = (first + bytes) / huge_page * huge_page;
    if (from < to) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
}
#else
void give_back(void*, std::size_t) noexcept {}
#endif

}  // namespace misfit
