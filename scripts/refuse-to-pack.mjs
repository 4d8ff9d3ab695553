// `npm pack` in the repository: what is packed is the package that the build makes, not the whole product.
console.error('The package is built in dist/: npm run build:package && npm pack ./dist')
process.exit(1)
