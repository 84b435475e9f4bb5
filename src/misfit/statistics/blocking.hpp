#pragma once

#include <span>
#include <vector>

namespace misfit {

/// Mean of a stationary series x_1 ... x_n whose successive values are correlated, with an honest error.
struct SeriesMean {
    double mean;
    double standard_error;    ///< of the mean, by blocking
    double variance;          ///< of one value: mean (x - mean)^2 + standard_error^2, see series_mean
    double variance_error;    ///< standard error of mean (x - mean)^2, by blocking
    double correlation_time;  ///< tau [sampling intervals]: standard_error^2 = variance 2 tau / n
    bool long_enough;         ///< the errors can be trusted: a plateau was reached and n >= 50 * 2 tau
};

/// Mean, error and correlation time of a correlated series by blocking (Flyvbjerg & Petersen, J. Chem. Phys.
/// 91, 461 (1989)). Means over blocks of B = 2^k successive values (the oldest n mod B are left out), n_k of
/// them with variance s_k^2, claim standard_error^2 = B s_k^2 / n; too little while blocks are correlated.
///
/// The level k is the first that passes two tests, among those with at least 16 blocks.
/// 1. Blocks are uncorrelated (Jonsson, Phys. Rev. E 98, 043304 (2018)): with gamma_j the covariance of
///    successive blocks of level j, M_k = sum_{j >= k} n_j ([(n_j - 1) sigma_j^2 / n_j^2 + gamma_j] /
///    sigma_j^2)^2 is chi-square distributed, a degree of freedom a level, if the blocks of level k are
///    independent. It is to lie below the quantile 1 - alpha, alpha = 0.01.
/// 2. B^3 >= 2 n (2 tau)^2 (Lee et al., Phys. Rev. E 83, 066706 (2011)): the first test cannot see a
/// correlation
///    below its own noise, and stopping there claims errors that are systematically small. Here the
///    relative bias of the squared error, about tau / B, is below its noise, sqrt(2 B / n). If no level
///    has blocks that long, the coarsest is taken.
/// The chi-square quantile is Wilson and Hilferty's, right to 1 %.
///
/// variance: the mean of (x - mean)^2 falls short of the true variance by the variance of the mean, which is
/// therefore added; for white noise that is the usual n/(n - 1), in general n/(n - 2 tau). With it
/// tau = 1/2 for white noise.
///
/// long_enough is false if the first test fails at every level (a drift, a jump, a correlation as long as the
/// series), or if n < 50 * 2 tau: the 16 to 31 blocks of the coarsest level are then as short as 3 tau, and
/// the claimed error of a series with one correlation time can be more than 16 % too small (4 % at n = 200 *
/// 2 tau). No series tells of what it has not visited: start several chains from different places and see
/// PooledMean::disagreement.
///
/// A constant series has error 0, tau = 1/2 and is long enough. With fewer than 16 values there is no error:
/// the errors, the variance and tau are NaN, long_enough is false; of no values the mean is NaN too. O(n).
SeriesMean series_mean(std::span<const double> series);

/// Mean over several independent chains of one quantity.
struct PooledMean : SeriesMean {
    /// Largest |mean of a chain - mean of the others| over the chains, in units of its standard error by
    /// blocking, sqrt(e^2 + sum over the others e'^2 / (chains - 1)^2). 0 for one chain and for equal means;
    /// infinite where means differ and errors are 0.
    double disagreement;
};

/// The mean of equally long, independent series of one quantity, perhaps from different starts.
/// standard_error: the larger of what the chains claim, sqrt(sum e^2) / chains, and the scatter of their
/// means, sqrt(sum (mean_c - mean)^2 / (chains (chains - 1))); variance_error likewise. The variance is about
/// the common mean, correlation_time follows from the pooled error, standard_error^2 = variance 2 tau /
/// (chains n), so chains that disagree have a long one. long_enough: every chain is. Requires at least one
/// chain. O(chains n).
PooledMean pooled_mean(std::span<const std::vector<double>> chains);

}  // namespace misfit
