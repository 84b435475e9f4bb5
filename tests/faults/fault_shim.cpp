// Preloaded before the C library, it counts the calls by which a program changes files under one folder, and
// does what the environment says: logs them, fails one, kills the program at one, or makes all of them slow.
//
//   FAULTS_FOLDER   files under this absolute path are watched, nothing else
//   FAULTS_COUNT    file that holds the number of calls so far, for the test to read
//   FAULTS_LOG      file that takes every call that succeeded, with its bytes: tests/faults/power_loss.py
//   reads it FAULTS_FAIL_AT  number, from 1, of the call that fails FAULTS_ERRNO    with which errno
//   FAULTS_STICKY   1: so does every later call that needs room or a writable disk, as on a full disk
//   FAULTS_SHORT    1: the failing write() first takes half of its bytes, as the last room of a disk does
//   FAULTS_KILL_AT  number of the call before which the program gets SIGKILL
//   FAULTS_NO_LOCKS errno with which flock() fails, on any file
//   FAULTS_DELAY    microseconds that each call takes longer

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

template <class F>
F next(const char* name) {
    return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

/// What the environment says, or null; nothing changes it.
const char* setting(const char* name) { return std::getenv(name); }  // NOLINT(concurrency-mt-unsafe)

long number(const char* name) {
    const char* text = setting(name);
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

/// A file for the test, apart from what is watched.
int open_aside(const char* name) {
    const char* path = setting(name);
    if (path == nullptr) return -1;
    return static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
}

struct Watch {
    std::recursive_mutex mutex;
    std::string folder = setting("FAULTS_FOLDER") == nullptr ? "" : setting("FAULTS_FOLDER");
    int count_file = open_aside("FAULTS_COUNT");
    int log_file = open_aside("FAULTS_LOG");
    long fail_at = number("FAULTS_FAIL_AT");
    int fail_errno = static_cast<int>(number("FAULTS_ERRNO"));
    bool sticky = number("FAULTS_STICKY") != 0;
    bool is_short = number("FAULTS_SHORT") != 0;
    long kill_at = number("FAULTS_KILL_AT");
    long delay = number("FAULTS_DELAY");
    long calls = 0;
    std::map<int, std::string> paths = {};  ///< of open files and folders that are watched

    bool has(const std::string& path) const {
        return !folder.empty() && path.starts_with(folder) &&
               (path.size() == folder.size() || path[folder.size()] == '/');
    }
    std::string path_of(int descriptor) const {
        const auto found = paths.find(descriptor);
        return found == paths.end() ? "" : found->second;
    }
    /// Counts a call; true if it is to fail. What gives room back does not fail because there is none.
    bool fails(bool takes_room) {
        ++calls;
        if (count_file >= 0) {
            const std::string text = std::to_string(calls) + "\n";
            ::syscall(SYS_pwrite64, count_file, text.data(), text.size(), 0L);
        }
        if (delay > 0) ::usleep(static_cast<useconds_t>(delay));
        if (kill_at > 0 && calls == kill_at) ::kill(::getpid(), SIGKILL);
        const bool is_now = fail_at > 0 && (calls == fail_at || (sticky && calls > fail_at && takes_room));
        if (is_now) errno = fail_errno;
        return is_now;
    }
    void log(const std::string& call, const std::string& path, const std::string& other = "",
             std::uint64_t offset = 0, const void* data = nullptr, std::uint64_t size = 0) const {
        if (log_file < 0) return;
        std::string line = call + "\t" + path + "\t" + other + "\t" + std::to_string(offset) + "\t" +
                           std::to_string(size) + "\n";
        if (size > 0) line.append(static_cast<const char*>(data), size);
        ::syscall(SYS_write, log_file, line.data(), line.size());
    }
};

Watch& watch() {
    static auto* the_watch = new Watch;  // outlives every destructor that still writes
    return *the_watch;
}

std::string absolute(int folder, const char* path) {
    if (path[0] == '/') return path;
    const std::string above = watch().path_of(folder);
    return above.empty() ? path : above + "/" + path;
}

template <class Call>
int opened(const std::string& path, int flags, Call call) {
    Watch& w = watch();
    const std::scoped_lock lock(w.mutex);
    if (!w.has(path)) return call();
    const bool creates = (flags & O_CREAT) != 0 && ::access(path.c_str(), F_OK) != 0;
    const bool empties = (flags & O_TRUNC) != 0 && !creates;
    if ((creates || empties) && w.fails(creates)) return -1;
    const int descriptor = call();
    if (descriptor >= 0) {
        w.paths[descriptor] = path;
        if (creates) w.log("create", path);
        if (empties) w.log("truncate", path);
    }
    return descriptor;
}

template <class Write>
ssize_t written(int descriptor, const void* data, std::size_t size, std::int64_t offset, Write write) {
    Watch& w = watch();
    const std::scoped_lock lock(w.mutex);
    const std::string path = w.path_of(descriptor);
    if (path.empty()) return write(size);
    if (w.fails(true)) {
        if (!w.is_short || w.calls != w.fail_at || size < 2) return -1;
        size /= 2;
    }
    if (offset < 0) {
        struct stat status = {};
        ::fstat(descriptor, &status);
        const bool appends = (::fcntl(descriptor, F_GETFL) & O_APPEND) != 0;
        offset = appends ? status.st_size : ::lseek(descriptor, 0, SEEK_CUR);
    }
    const ssize_t done = write(size);
    if (done > 0)
        w.log("write", path, "", static_cast<std::uint64_t>(offset), data, static_cast<std::uint64_t>(done));
    return done;
}

template <class Call>
int changed(const char* name, const std::string& path, const std::string& other, bool takes_room, Call call,
            std::uint64_t offset = 0) {
    Watch& w = watch();
    const std::scoped_lock lock(w.mutex);
    if (!w.has(path)) return call();
    if (w.fails(takes_room)) return -1;
    const int result = call();
    if (result == 0) w.log(name, path, other, offset);
    return result;
}

mode_t mode_of(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    static const auto call = next<int (*)(const char*, int, ...)>("open");
    return opened(path, flags, [&] { return call(path, flags, mode); });
}

int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    static const auto call = next<int (*)(const char*, int, ...)>("open64");
    return opened(path, flags, [&] { return call(path, flags, mode); });
}

int openat(int folder, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    static const auto call = next<int (*)(int, const char*, int, ...)>("openat");
    return opened(absolute(folder, path), flags, [&] { return call(folder, path, flags, mode); });
}

int close(int descriptor) {
    static const auto call = next<int (*)(int)>("close");
    {
        const std::scoped_lock lock(watch().mutex);
        watch().paths.erase(descriptor);
    }
    return call(descriptor);
}

ssize_t write(int descriptor, const void* data, size_t size) {
    static const auto call = next<ssize_t (*)(int, const void*, size_t)>("write");
    return written(descriptor, data, size, -1, [&](size_t most) { return call(descriptor, data, most); });
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
    static const auto call = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    return written(descriptor, data, size, offset,
                   [&](size_t most) { return call(descriptor, data, most, offset); });
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset) {
    static const auto call = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return written(descriptor, data, size, offset,
                   [&](size_t most) { return call(descriptor, data, most, offset); });
}

int ftruncate(int descriptor, off_t size) noexcept {
    static const auto call = next<int (*)(int, off_t)>("ftruncate");
    return changed(
        "truncate", watch().path_of(descriptor), "", true, [&] { return call(descriptor, size); },
        static_cast<std::uint64_t>(size));
}

int ftruncate64(int descriptor, off64_t size) noexcept {
    static const auto call = next<int (*)(int, off64_t)>("ftruncate64");
    return changed(
        "truncate", watch().path_of(descriptor), "", true, [&] { return call(descriptor, size); },
        static_cast<std::uint64_t>(size));
}

int flock(int descriptor, int operation) {
    static const auto call = next<int (*)(int, int)>("flock");
    if (const long reason = number("FAULTS_NO_LOCKS"); reason != 0) {
        errno = static_cast<int>(reason);
        return -1;
    }
    return call(descriptor, operation);
}

int fsync(int descriptor) {
    static const auto call = next<int (*)(int)>("fsync");
    return changed("sync", watch().path_of(descriptor), "", true, [&] { return call(descriptor); });
}

int rename(const char* from, const char* to) noexcept {
    static const auto call = next<int (*)(const char*, const char*)>("rename");
    return changed("rename", from, to, true, [&] { return call(from, to); });
}

int mkdir(const char* path, mode_t mode) noexcept {
    static const auto call = next<int (*)(const char*, mode_t)>("mkdir");
    return changed("mkdir", path, "", true, [&] { return call(path, mode); });
}

int rmdir(const char* path) noexcept {
    static const auto call = next<int (*)(const char*)>("rmdir");
    return changed("remove", path, "", false, [&] { return call(path); });
}

int remove(const char* path) noexcept {
    static const auto call = next<int (*)(const char*)>("remove");
    return changed("remove", path, "", false, [&] { return call(path); });
}

int unlink(const char* path) noexcept {
    static const auto call = next<int (*)(const char*)>("unlink");
    return changed("remove", path, "", false, [&] { return call(path); });
}

int unlinkat(int folder, const char* path, int flags) noexcept {
    static const auto call = next<int (*)(int, const char*, int)>("unlinkat");
    return changed("remove", absolute(folder, path), "", false, [&] { return call(folder, path, flags); });
}

}  // extern "C"
