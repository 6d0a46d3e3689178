"""The headers of C, POSIX and C++ as Emscripten has them: musl's and libc++'s, with what Emscripten defines itself.

musl leaves a folder `bits` to each architecture. Emscripten's differs from a 32-bit one in the facts written here:
pointers and sizes are `long`, times are 64-bit without renamed functions, error numbers are those of WASI.
"""

import re
import shutil
from pathlib import Path

# What precedes musl's own list of types, and wins over it.
_OWN_TYPES = {
    "wint_t": "__WINT_TYPE__",
    "blkcnt_t": "int",
    "blksize_t": "int",
    "clock_t": "int",
    "dev_t": "unsigned int",
    "suseconds_t": "int",
    "wctype_t": "unsigned int",
    "pthread_attr_t": "struct { union { int __i[10]; volatile int __vi[10]; unsigned long __s[10]; } __u;"
    " const char *__canvases; }",
    "sigset_t": "struct __sigset_t { unsigned long __bits[2]; }",
    "max_align_t": "struct { __attribute__((__aligned__(8))) long long __ll; long double __ld; }",
}
_MUSL_CONSTANTS = {
    "_Addr": "__PTRDIFF_TYPE__",
    "_Int64": "__INT64_TYPE__",
    "_Reg": "__PTRDIFF_TYPE__",
    "__BYTE_ORDER": "1234",
    "__LONG_MAX": "__LONG_MAX__",
}
_BITS = {
    "fenv.h": """\
#define FE_ALL_EXCEPT 0
#define FE_TONEAREST 0
#define FE_DOWNWARD 0x400
#define FE_UPWARD 0x800
#define FE_TOWARDZERO 0xc00
#define FE_DFL_ENV ((const fenv_t *) -1)
typedef unsigned short fexcept_t;
typedef struct { unsigned __cw; } fenv_t;
""",
    "float.h": "#define FLT_ROUNDS 1\n#define FLT_EVAL_METHOD __FLT_EVAL_METHOD__\n"
    + "#define LDBL_TRUE_MIN __LDBL_DENORM_MIN__\n#define DECIMAL_DIG __DECIMAL_DIG__\n"
    + "".join(
        f"#define LDBL_{name} __LDBL_{name}__\n"
        for name in (
            "MIN",
            "MAX",
            "EPSILON",
            "MANT_DIG",
            "MIN_EXP",
            "MAX_EXP",
            "DIG",
            "MIN_10_EXP",
            "MAX_10_EXP",
        )
    ),
    "limits.h": "#define PAGESIZE 65536\n",
    "setjmp.h": "typedef unsigned long __jmp_buf[6];\n",
    "stat.h": """\
struct stat {
	dev_t st_dev;
	mode_t st_mode;
	nlink_t st_nlink;
	uid_t st_uid;
	gid_t st_gid;
	dev_t st_rdev;
	off_t st_size;
	blksize_t st_blksize;
	blkcnt_t st_blocks;
	struct timespec st_atim;
	struct timespec st_mtim;
	struct timespec st_ctim;
	ino_t st_ino;
};
""",
}
# Error numbers that WASI does not have, from 100 on; then names for numbers that are there already.
_FIRST_OWN_ERROR = 100
_OWN_ERRORS = """
    ENOSTR EBFONT EBADSLT EBADRQC ENOANO ENOTBLK ECHRNG EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL
    ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE EADV ESRMNT ECOMM EDOTDOT ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN
    ELIBMAX ELIBEXEC ERESTART ESTRPIPE EUSERS ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT ESHUTDOWN ETOOMANYREFS EHOSTDOWN
    EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO ENOMEDIUM EMEDIUMTYPE ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED ERFKILL
    EHWPOISON EL2NSYNC
"""
_ERROR_ALIASES = {"EWOULDBLOCK": "EAGAIN", "EDEADLOCK": "EDEADLK", "ENOTSUP": "EOPNOTSUPP"}
_WASI_ERROR = re.compile(r"#define __WASI_ERRNO_(\w+) \(UINT16_C\((\d+)\)\)")

# The configuration of libc++ in Emscripten's builds: the second ABI, in the namespace std::__2, on POSIX threads.
# The compiler's copy of libc++ expects it as macros, not in a header.
LIBCXX_CONFIGURATION = (
    "_LIBCPP_ABI_VERSION=2",
    "_LIBCPP_ABI_NAMESPACE=__2",
    "_LIBCPP_HAS_MUSL_LIBC",
    "_LIBCPP_HAS_THREAD_API_PTHREAD",
    "_LIBCPP_HAS_NO_TIME_ZONE_DATABASE",
    "_LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS",
    "_LIBCPP_PSTL_BACKEND_SERIAL",
    "_LIBCPP_HARDENING_MODE_DEFAULT=_LIBCPP_HARDENING_MODE_NONE",
)


def make_sysroot(library: Path, sysroot: Path) -> None:
    """Put the headers together in `sysroot` from the compiler's folder `library`."""
    shutil.rmtree(sysroot, ignore_errors=True)
    include, cxx = sysroot / "include", sysroot / "c++"
    musl = library / "libc" / "include"
    shutil.copytree(musl / "generic-musl", include)
    shutil.copytree(library / "libcxx" / "include", cxx)
    for other in ("libcxxabi", "libunwind"):
        shutil.copytree(library / other / "include", cxx, dirs_exist_ok=True)
    bits = include / "bits"
    for name, text in _BITS.items():
        (bits / name).write_text(text)
    shutil.copyfile(musl / "x86-linux-musl" / "bits" / "signal.h", bits / "signal.h")
    (bits / "alltypes.h").write_text(types((bits / "alltypes.h").read_text()))
    (bits / "errno.h").write_text(error_numbers((musl / "wasm-wasi-musl" / "wasi" / "api.h").read_text()))


def types(musl: str) -> str:
    """Return Emscripten's `bits/alltypes.h`, from musl's for another 32-bit architecture."""
    own = "".join(
        f"#if defined(__NEED_{name}) && !defined(__DEFINED_{name})\ntypedef {definition} {name};\n"
        f"#define __DEFINED_{name}\n#endif\n"
        for name, definition in _OWN_TYPES.items()
    )
    constants = "".join(f"#define {name} {value}\n" for name, value in _MUSL_CONSTANTS.items())
    # musl's own constants, with the conditions around them, and the renaming of functions that take 64-bit times
    replaced = re.compile(r"#define (?:_REDIR_TIME64|_Addr|_Int64|_Reg|__LONG_MAX)\b.*\n|#if _MIPSEL(?s:.*?)#endif\n")
    return constants + own + replaced.sub("", musl)


def error_numbers(wasi: str) -> str:
    """Return Emscripten's `bits/errno.h`, from WASI's `api.h`."""
    numbers = {f"E{name}": int(number) for name, number in _WASI_ERROR.findall(wasi)}
    for name in ("ESUCCESS", "ENOTSUP", "ENOTCAPABLE"):
        del numbers[name]
    numbers |= {name: _FIRST_OWN_ERROR + index for index, name in enumerate(_OWN_ERRORS.split())}
    defined = [f"#define {name} {number}\n" for name, number in numbers.items()]
    return "".join([*defined, *(f"#define {name} {other}\n" for name, other in _ERROR_ALIASES.items())])
