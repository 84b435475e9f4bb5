#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "misfit/base/types.hpp"

namespace misfit {

/// Coordinates along the edges of a cell, and back.
class Fractions {
public:
    /// Throws nothing: edges without a volume give numbers that are not finite.
    explicit Fractions(const std::array<Vector3, 3>& edges);

    Vector3 of(const Vector3& position) const;
    Vector3 position(const Vector3& fractions) const;
    /// Between the two faces that this edge joins.
    double height(std::size_t axis) const;

private:
    std::array<Vector3, 3> edges_;
    std::array<Vector3, 3> inverse_ = {};
};

/// Finds the atom nearest to a place, among atoms that may repeat.
class AtomGrid {
public:
    /// How far is looked.
    static constexpr double reach = 0.4;

    /// The atoms repeat along the edges of the cell for which `repeats` is set; none is so short that an atom
    /// would be within reach of its own image.
    AtomGrid(std::span<const Vector3> positions, const std::array<Vector3, 3>& edges,
             const std::array<bool, 3>& repeats);

    struct Nearest {
        std::size_t atom;
        Vector3 away;  ///< from the place asked for
    };
    /// Of all atoms and their images, within reach.
    std::optional<Nearest> nearest(const Vector3& place) const;

private:
    struct Image {
        std::size_t atom;
        Vector3 position;
        std::int64_t next;  // in the same bin; -1: none
    };
    using Bin = std::array<std::int64_t, 3>;
    struct BinHash {
        std::size_t operator()(const Bin& bin) const;
    };

    Vector3 wrapped(const Vector3& place) const;
    void add(std::size_t atom, const Vector3& position);

    Fractions fractions_;
    std::array<bool, 3> repeats_;
    std::vector<Image> images_;
    std::unordered_map<Bin, std::int64_t, BinHash> first_;
};

}  // namespace misfit
