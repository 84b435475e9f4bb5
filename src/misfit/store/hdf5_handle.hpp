#pragma once

#include <cstdint>
#include <utility>

namespace misfit::h5 {

/// An open file, group, dataset or attribute; closed when it goes.
class Handle {
public:
    explicit Handle(std::int64_t id) : id_(id) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    ~Handle();

    std::int64_t id() const { return id_; }

private:
    std::int64_t id_;
};

}  // namespace misfit::h5
