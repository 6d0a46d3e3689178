"""Other OCR engines for browsers, each as a page that is driven like ours, with nothing from elsewhere.

Their packages are pinned in this folder and installed into `.build/peers` when something is measured: who only uses
or builds py-ocr does not download them. Each page offers `globalThis.contender`, the contract that is written down in
pages/offer.js, which measure/bench/our_page.js keeps for our own engine.
"""
