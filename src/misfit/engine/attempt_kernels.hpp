#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "misfit/base/types.hpp"
#include "misfit/engine/row_update.hpp"

namespace misfit {

/// phi after an accepted move.
void update_phi(const RowUpdate& update);

/// The scores of the core's sites, run by run of sites that follow each other:
/// score = sigma (phi - field + apart) + offset.
struct Scoring {
    struct Run {
        std::size_t first_site;
        std::size_t first_core;
        std::size_t size;
    };
    std::span<const Run> runs;  ///< ascending, in sites and in core sites
    std::size_t size;           ///< N
    const double* phi;          ///< [N]
    const double* field;        ///< [N]
    const double* sigma;        ///< [N], +1 or -1
    const double* offset;       ///< [core]
    double apart;
    double* scores;  ///< out, [core], with room for a vector beyond
};
void update_scores(const Scoring& scoring);
/// Room that arrays over core sites need beyond their last.
inline constexpr std::size_t score_room = 8;

/// Random words of a row of swap attempts and the scores of the sites they may pick.
///
/// An attempt takes two words: the upper half of the first picks site i among `sites`, its lower half
/// another site j, the second word is the uniform number u of the acceptance. With scores
/// f_i = s_i + w_i + sigma_i separation the sum f_i + f_j is s_i + s_j + w_i + w_j for an unlike pair, which
/// is -dE/2 or more, and beyond +-separation for a like one. As -ln u <= -e ln 2 for the binary exponent
/// e of u, an attempt with f_i + f_j < e threshold - margin, threshold = kT ln(2)/2, is rejected whatever
/// V_ij and ln u are.
struct SwapAttempts {
    std::span<const std::uint64_t> words;  ///< two an attempt
    std::uint32_t sites;
    const double* scores;  ///< [sites]
    double separation;
    double threshold;
    double margin;  ///< covers the rounding of the scores
};

/// The sites and the uniform number that an attempt's two words stand for.
struct SwapAttempt {
    std::uint32_t first;
    std::uint32_t second;
    double uniform;  ///< strictly in (0, 1)
};
SwapAttempt read_swap_attempt(std::uint64_t word_1, std::uint64_t word_2, std::uint32_t sites);

/// Number of the first attempt from `begin` on that is not sure to be rejected; their count if there is none.
std::size_t first_candidate(const SwapAttempts& attempts, std::size_t begin);

}  // namespace misfit
