#pragma once

#include <cstddef>

#include "misfit/store/bytes.hpp"

namespace misfit {

/// Frames of sigma as a zlib stream (RFC 1950, 1951) of the bytes +1 and -1, which any reader of HDF5
/// inflates. `bits` holds `frames` frames of pack_sigma(), each of `sites` sites; frames up to `padded` in
/// number are filled up with -1.
///
/// There are two letters only, so one Huffman code does for a chunk: the commoner species is the bit 0,
/// the other 10. Eight sites are then one look-up in a table, which is some ten times as fast as zlib,
/// and the result is as small as that of its level 1: 1 to 1.5 bits a site. O(frames sites / 8).
Bytes deflate_sigma(ByteSpan bits, std::size_t frames, std::size_t padded, std::size_t sites);

}  // namespace misfit
