#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "misfit/elastic/block_potential.hpp"
#include "misfit/elastic/potential.hpp"
#include "misfit/elastic/size_change.hpp"

namespace misfit {

/// What the elastic energy of one crystal is had from: V, projected and in units of epsilon, held in one way
/// or another. Immutable.
template <class T>
concept ElasticModel =
    requires(const T& V, Site i, Site j, const Bond& bond, std::span<const SizeChange> changes,
             std::span<const double> sizes, std::span<double> phi) {
        { V.size() } -> std::same_as<Site>;
        { V.diagonal(i) } -> std::same_as<double>;                      // V_ii. O(1)
        { V.bonded(bond) } -> std::same_as<double>;                     // V_ij of the ends of a bond. O(1)
        { V.pair(i, j) } -> std::same_as<double>;                       // V_ij of any two sites
        V.apply(changes, phi);                                          // phi += V d
        V.solve(sizes, phi);                                            // phi = V s
        { V.raw_row_sums() } -> std::same_as<std::span<const double>>;  // V_raw 1, before projection, [N]
        { V.raw_diagonal(i) } -> std::same_as<double>;                  // V_raw,ii
        { V.identity() } -> std::same_as<std::string>;  // the same numbers to the last bit, the same text
        { V.method() } -> std::same_as<const std::string&>;  // how it is had, for the record
        // How far phi, kept up to date by apply(), may be from that of solve(), in units of max(kT, epsilon).
        { V.tolerance() } -> std::same_as<double>;
    };

/// The models there are, by their words in the input (model.elastic).
enum class ElasticKind : std::uint8_t {
    single,  ///< every element of V, as a float: fastest while V fits, but in small crystals
    dense,   ///< every element of V, as a double
    blocks,  ///< solutions of the springs, block by block
};
inline constexpr std::array<const char*, 3> elastic_words = {"single", "dense", "blocks"};
/// Up to so many sites, 8 MB of doubles, floats cost an event more than they save it.
inline constexpr std::int64_t most_sites_in_doubles = 1024;

/// A row of V for vector kernels, aligned and padded: floats or doubles.
struct ElasticRow {
    const float* single = nullptr;
    const double* dense = nullptr;
    std::size_t site = 0;     ///< whose row it is
    double correction = 0.0;  ///< what is to be added to its own element: SinglePotential's

    /// phi += coefficient times what the row's elements lack.
    void correct(double coefficient, double* phi) const { phi[site] += coefficient * correction; }
};

/// One of the models of V, shared: copies are cheap and equal each other. Null where there is none.
class Elastic {
public:
    using Model = std::variant<std::shared_ptr<const Potential>, std::shared_ptr<const SinglePotential>,
                               std::shared_ptr<const BlockPotential>>;

    Elastic() = default;
    Elastic(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): stands for none wherever one may
    template <class T>
        requires ElasticModel<T>
    Elastic(std::shared_ptr<T> model)  // NOLINT(google-explicit-constructor): is one
        : model_(std::shared_ptr<const T>(std::move(model))) {
        if (const auto* dense = std::get_if<std::shared_ptr<const Potential>>(&model_)) dense_ = dense->get();
        if (const auto* single = std::get_if<std::shared_ptr<const SinglePotential>>(&model_))
            single_ = single->get();
    }

    explicit operator bool() const {
        return std::visit([](const auto& model) { return model != nullptr; }, model_);
    }
    /// The same object.
    bool operator==(const Elastic& other) const { return model_ == other.model_; }

    const Model& model() const { return model_; }
    /// True if V is held as rows; if not, phi follows by apply().
    bool has_rows() const { return single_ != nullptr || dense_ != nullptr; }
    /// Requires has_rows().
    ElasticRow row(Site i) const {
        if (single_ == nullptr) return {.dense = dense_->row(i).data(), .site = static_cast<std::size_t>(i)};
        return {.single = single_->row(i).data(),
                .site = static_cast<std::size_t>(i),
                .correction = single_->correction(i)};
    }

    Site size() const;
    double diagonal(Site i) const { return has_rows() ? element(i, i) : diagonal_elsewhere(i); }
    double bonded(const Bond& bond) const;
    double pair(Site i, Site j) const { return has_rows() ? element(i, j) : pair_elsewhere(i, j); }
    void apply(std::span<const SizeChange> changes, std::span<double> phi) const;
    void solve(std::span<const double> sizes, std::span<double> phi) const;
    std::span<const double> raw_row_sums() const;
    double raw_diagonal(Site i) const;
    std::string identity() const;
    const std::string& method() const;
    double tolerance() const;

private:
    double element(Site i, Site j) const { return single_ != nullptr ? (*single_)(i, j) : (*dense_)(i, j); }
    double diagonal_elsewhere(Site i) const;
    double pair_elsewhere(Site i, Site j) const;

    Model model_;
    const SinglePotential* single_ = nullptr;
    const Potential* dense_ = nullptr;
};

/// The model of V of a crystal that is asked for. Throws Error for a crystal that is floppy beyond rigid
/// motions.
Elastic build_elastic(const std::shared_ptr<const Crystal>& crystal, ElasticKind kind, int threads = 1);

}  // namespace misfit
