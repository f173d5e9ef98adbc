#include "CYAML.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct cy_parser {
  yaml_parser_t yaml;
  yaml_event_t event;  // owns what the last cy_event points at
};

cy_parser *cy_open(const unsigned char *text, int64_t size) {
  cy_parser *parser = calloc(1, sizeof *parser);
  if (!parser) return NULL;
  if (size < 0 || !yaml_parser_initialize(&parser->yaml)) {
    free(parser);
    return NULL;
  }
  yaml_parser_set_encoding(&parser->yaml, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser->yaml, text, (size_t)size);
  return parser;
}

void cy_close(cy_parser *parser) {
  if (!parser) return;
  yaml_event_delete(&parser->event);
  yaml_parser_delete(&parser->yaml);
  free(parser);
}

static cy_event broken(const yaml_parser_t *yaml) {
  cy_event event = {.kind = CY_BROKEN, .text = yaml->problem ? yaml->problem : "", .line = -1, .column = -1};
  event.size = (int64_t)strlen(event.text);
  if (yaml->error == YAML_SCANNER_ERROR || yaml->error == YAML_PARSER_ERROR) {
    event.line = (int64_t)yaml->problem_mark.line;
    event.column = (int64_t)yaml->problem_mark.column;
  }
  return event;
}

static cy_style style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return CY_SINGLE_QUOTED;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return CY_DOUBLE_QUOTED;
    case YAML_LITERAL_SCALAR_STYLE: return CY_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE: return CY_FOLDED;
    default: return CY_PLAIN;
  }
}

cy_event cy_next(cy_parser *parser) {
  yaml_event_t *event = &parser->event;
  yaml_event_delete(event);
  if (!yaml_parser_parse(&parser->yaml, event)) return broken(&parser->yaml);
  cy_event next = {.kind = CY_OTHER, .line = (int64_t)event->start_mark.line, .column = (int64_t)event->start_mark.column};
  switch (event->type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_END_EVENT: next.kind = CY_END; break;
    case YAML_DOCUMENT_START_EVENT: next.kind = CY_DOCUMENT; break;
    case YAML_ALIAS_EVENT:
      next.kind = CY_ALIAS;
      next.anchor = (const char *)event->data.alias.anchor;
      break;
    case YAML_SCALAR_EVENT:
      next.kind = CY_SCALAR;
      next.style = style_of(event->data.scalar.style);
      next.text = (const char *)event->data.scalar.value;
      next.size = (int64_t)event->data.scalar.length;
      next.anchor = (const char *)event->data.scalar.anchor;
      break;
    case YAML_SEQUENCE_START_EVENT:
      next.kind = CY_SEQUENCE;
      next.anchor = (const char *)event->data.sequence_start.anchor;
      break;
    case YAML_MAPPING_START_EVENT:
      next.kind = CY_MAPPING;
      next.anchor = (const char *)event->data.mapping_start.anchor;
      break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: next.kind = CY_CLOSE; break;
    default: break;
  }
  return next;
}
