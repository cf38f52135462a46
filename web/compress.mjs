// Puts the compressed form beside each file of a release build, so that the server does not have to make it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { brotliCompressSync, constants } from "node:zlib";

const folder = env.TRUNK_STAGING_DIR;
const files = env.TRUNK_PROFILE === "release" ? readdirSync(folder).filter((name) => /\.(js|css|svg|wasm)$/.test(name)) : [];
for (const name of files) {
  const file = readFileSync(join(folder, name));
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: file.length };
  writeFileSync(join(folder, `${name}.br`), brotliCompressSync(file, { params }));
}
