#include "misfit/store/files.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "misfit/base/error.hpp"

namespace misfit {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* verb) {
    const int reason = errno;
    throw Error(fmt::format("{}: cannot {}: {}{}", path.string(), verb,
                            std::generic_category().message(reason),
                            reason == ENOENT ? seen_from(path) : ""));
}

constexpr mode_t new_file_mode = 0666;  // less what the user's umask takes away
constexpr mode_t new_folder_mode = 0777;

}  // namespace

std::string seen_from(const std::filesystem::path& path) {
    std::error_code failure;
    const std::filesystem::path here = std::filesystem::current_path(failure);
    return path.is_relative() && !failure ? fmt::format(" (seen from {})", here.string()) : "";
}

File::File(std::filesystem::path path, int flags) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), flags | O_CLOEXEC, new_file_mode);
    if (descriptor_ < 0) fail(path_, (flags & O_CREAT) != 0 ? "create" : "open");
}

File File::open_to_read(const std::filesystem::path& path) { return {path, O_RDONLY}; }
File File::create_new(const std::filesystem::path& path) {
    return {path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND};
}
File File::open_to_append(const std::filesystem::path& path) { return {path, O_RDWR | O_APPEND}; }
File File::create(const std::filesystem::path& path) {
    return {path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW};
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint64_t File::size() const {
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) fail(path_, "read");
    return static_cast<std::uint64_t>(status.st_size);
}

void File::write(ByteSpan bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            fail(path_, "write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void File::write_at(std::uint64_t offset, ByteSpan bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0) {
            if (errno == EINTR) continue;
            fail(path_, "write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
}

void File::truncate(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail(path_, "write");
}

std::size_t File::read_at(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count =
            ::pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (count < 0) {
            if (errno == EINTR) continue;
            fail(path_, "read");
        }
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

std::string File::read_to_end() const {
    constexpr std::size_t endless = std::size_t{1} << 30;  // for what has no size, as /dev/zero
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) fail(path_, "read");
    std::string text;
    std::array<char, 65536> block = {};
    for (;;) {
        if (!S_ISREG(status.st_mode) && text.size() > endless)
            throw Error(fmt::format("{}: does not end", path_.string()));
        const ssize_t count = ::read(descriptor_, block.data(), block.size());
        if (count == 0) return text;
        if (count > 0)
            text.append(block.data(), static_cast<std::size_t>(count));
        else if (errno != EINTR)
            fail(path_, "read");
    }
}

void File::sync() {
    if (::fsync(descriptor_) != 0) fail(path_, "write");
}

Bytes read_file(const std::filesystem::path& path) {
    const File file = File::open_to_read(path);
    Bytes bytes(static_cast<std::size_t>(file.size()));
    bytes.resize(file.read_at(0, bytes));
    return bytes;
}

std::string read_text(const std::filesystem::path& path) {
    const File file = File::open_to_read(path);
    return file.read_to_end();
}

void make_folder(const std::filesystem::path& path) {
    const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
    std::filesystem::path so_far;
    for (const auto& part : whole) {
        const std::filesystem::path parent = so_far;
        so_far /= part;
        if (part.empty() || ::mkdir(so_far.c_str(), new_folder_mode) == 0) {
            // A folder that one may write to but not read cannot be synced by name.
            if (!part.empty() && ::access(parent.c_str(), R_OK) == 0) sync_folder(parent);
        } else if (const int reason = errno; !std::filesystem::is_directory(so_far)) {
            errno = reason == EEXIST ? ENOTDIR : reason;
            fail(path, "make this folder");
        }
    }
}

void sync_folder(const std::filesystem::path& folder) { sync_file(folder); }

void sync_file(const std::filesystem::path& path) { File::open_to_read(path).sync(); }

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) fail(to, "create");
    sync_folder(to.parent_path());
}

void replace_file(const std::filesystem::path& path, ByteSpan bytes) {
    std::filesystem::path aside = path;
    aside += ".new";
    File file = File::create(aside);
    file.write(bytes);
    file.sync();
    rename_durably(aside, path);
}

FolderLock::FolderLock(const std::filesystem::path& folder) : path_(folder / "lock") {
    for (;;) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, new_file_mode);
        if (descriptor_ < 0) fail(path_, "create");
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            if (reason == ENOLCK || reason == EOPNOTSUPP || reason == ENOSYS || reason == EIO) {
                is_held_ = false;
                return;
            }
            ::close(descriptor_);
            errno = reason;
            if (reason == EWOULDBLOCK)
                throw Error(fmt::format("{}: another run is going on in this folder", folder.string()));
            fail(path_, "lock");
        }
        // The run that held the lock removes the file at its end: only a lock on the file that now
        // has the name keeps others out.
        struct stat held = {};
        struct stat named = {};
        if (::fstat(descriptor_, &held) == 0 && ::stat(path_.c_str(), &named) == 0 &&
            held.st_ino == named.st_ino && held.st_dev == named.st_dev)
            return;
        ::close(descriptor_);
    }
}

FolderLock::~FolderLock() {
    ::unlink(path_.c_str());
    ::close(descriptor_);
}

}  // namespace misfit
