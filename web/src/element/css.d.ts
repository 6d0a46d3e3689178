/** A style sheet imported `with { type: "text" }`, to be adopted by a shadow root. */
declare module "*.css" {
  const source: string;
  export default source;
}
