export default {
  base: "./",
  // Its files find each other by their places in the package.
  optimizeDeps: { exclude: ["py-ocr"] },
};
