import { createApp } from "vue";
import { setBaseUrl } from "py-ocr";
import "py-ocr/element";

import App from "./App.vue";

setBaseUrl("/py-ocr/");
createApp(App).mount("#app");
