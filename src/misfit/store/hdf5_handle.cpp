#include "misfit/store/hdf5_handle.hpp"

#include <hdf5.h>

namespace misfit::h5 {

Handle::~Handle() {
    if (id_ >= 0) H5Idec_ref(id_);
}

}  // namespace misfit::h5
