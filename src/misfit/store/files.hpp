#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "misfit/store/bytes.hpp"

namespace misfit {

/// An open file, closed when it goes. Every failure is an Error that names the file and the reason.
class File {
public:
    static File open_to_read(const std::filesystem::path& path);
    /// Throws if the file exists.
    static File create_new(const std::filesystem::path& path);
    /// The file is there; what is written goes to its end. It can be read too.
    static File open_to_append(const std::filesystem::path& path);
    /// Creates the file, or empties it; it can be read too. Throws if it is a symbolic link.
    static File create(const std::filesystem::path& path);

    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File();

    const std::filesystem::path& path() const { return path_; }
    std::uint64_t size() const;
    /// All bytes in one write(), or as few as the system makes of it.
    void write(ByteSpan bytes);
    /// The same at an offset.
    void write_at(std::uint64_t offset, ByteSpan bytes);
    /// Cuts it off, or fills it up with zeros.
    void truncate(std::uint64_t size);
    /// Bytes from `offset` on into `bytes`; how many there were.
    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> bytes) const;
    /// What is left to read; of a pipe too, which has no size.
    std::string read_to_end() const;
    /// Returns when the bytes are on disk.
    void sync();

private:
    File(std::filesystem::path path, int flags);

    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// Where a relative path begins, for a message about a file that is not there: " (seen from FOLDER)"; else
/// "".
std::string seen_from(const std::filesystem::path& path);

Bytes read_file(const std::filesystem::path& path);
std::string read_text(const std::filesystem::path& path);

/// Makes a folder and those above it that are missing, durably. Throws Error if that cannot be.
void make_folder(const std::filesystem::path& path);
/// Makes the renames and new names in a folder durable.
void sync_folder(const std::filesystem::path& folder);
/// Makes a file durable that another library has written and closed.
void sync_file(const std::filesystem::path& path);
/// Renames, replacing what is there; durable when it returns, as far as the file's bytes were.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);
/// Writes a file aside, syncs it and renames it into place: at any instant the old or the new is there.
void replace_file(const std::filesystem::path& path, ByteSpan bytes);

/// Holds `folder`/lock for this process as long as it lives; the system lets go of it when the process
/// dies, however that happens.
class FolderLock {
public:
    /// Throws Error if another process holds the lock, or another FolderLock of this one.
    explicit FolderLock(const std::filesystem::path& folder);
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

    /// False on a file system that has no locks, as some disks of a network: then nothing keeps others out.
    bool is_held() const { return is_held_; }

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    bool is_held_ = true;
};

}  // namespace misfit
