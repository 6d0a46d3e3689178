import vue from "@vitejs/plugin-vue";

export default {
  base: "./",
  optimizeDeps: { exclude: ["py-ocr"] },
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "py-ocr" } } })],
};
