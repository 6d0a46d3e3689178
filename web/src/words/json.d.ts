/** Catalogues, which the build makes modules of. */

declare module "*.json" {
  const catalogue: import("./words.js").Catalogue;
  export default catalogue;
}
