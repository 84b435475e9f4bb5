#pragma once

namespace misfit {

/// While any of these lives, OpenBLAS starts no threads of its own: its bits change with their number.
/// Several may live at once, in any threads; the last one to go restores what was before the first.
class SingleThreadedBlas {
public:
    SingleThreadedBlas();
    ~SingleThreadedBlas();
    SingleThreadedBlas(const SingleThreadedBlas&) = delete;
    SingleThreadedBlas& operator=(const SingleThreadedBlas&) = delete;
};

}  // namespace misfit
