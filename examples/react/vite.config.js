export default {
  base: "./",
  optimizeDeps: { exclude: ["py-ocr"] },
};
