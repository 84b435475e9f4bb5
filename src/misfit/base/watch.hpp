#pragma once

#include <atomic>
#include <exception>
#include <functional>

namespace misfit {

/// Work was stopped from outside before it was done; what it made is dropped.
class Interrupted : public std::exception {
public:
    const char* what() const noexcept override { return "interrupted"; }
};

/// Follows work that may take long, and stops it.
struct Watch {
    /// Told which part is done, 0 to 1, by one thread at a time; may be empty.
    std::function<void(double fraction)> on_progress;
    const std::atomic<bool>* interrupt = nullptr;  ///< set from outside: the work throws Interrupted soon

    bool is_stopped() const { return interrupt != nullptr && *interrupt; }
    void look() const {
        if (is_stopped()) throw Interrupted();
    }
};

}  // namespace misfit
