export { asyncApiDocument, type AsyncApiDocument } from './async-api-document.ts';
export { edgeNames } from './edge-names.ts';
export {
  openApiDocument,
  type OpenApiDocument,
  type ReferenceOptions,
} from './open-api-document.ts';
export { refusalMeanings } from './refusal-meanings.ts';
export { refusalsOf, takesBody } from './refusals-of.ts';
