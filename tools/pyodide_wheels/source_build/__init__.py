"""Building the Pyodide wheels from source, with what a Debian mirror, PyPI and npm offer.

There is no Emscripten driver in this: plain clang and wasm-ld do the work, Emscripten's headers are the system
headers, and Pyodide's own module says which C functions exist at run time. No root, no chroot.

    fetch      Debian packages (unpacked, not installed), C library sources, sdists, build tools
    toolchain  headers, `pyconfig.h`, the list of names that Pyodide provides, cc / c++ / ar / ranlib
    libraries  zlib, libjpeg-turbo, libwebp, tiff, freetype as static archives
    pyclipper, pillow, numpy
    check      every name that a wheel imports exists in Pyodide, and the wheels compute the right numbers there
"""
