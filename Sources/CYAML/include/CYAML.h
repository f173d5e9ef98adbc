#pragma once
#include <stdint.h>

// The events of a YAML text, as libyaml finds them, without its unions and macros.

typedef enum cy_kind { CY_END, CY_OTHER, CY_DOCUMENT, CY_ALIAS, CY_SCALAR, CY_SEQUENCE, CY_MAPPING, CY_CLOSE, CY_BROKEN } cy_kind;
typedef enum cy_style { CY_PLAIN, CY_SINGLE_QUOTED, CY_DOUBLE_QUOTED, CY_LITERAL, CY_FOLDED } cy_style;

typedef struct cy_parser cy_parser;

typedef struct cy_event {
  cy_kind kind;
  cy_style style;      // of a scalar
  const char *text;    // a scalar's UTF-8, or what is broken; until the next event
  int64_t size;        // of the text, which may have zeros in it
  const char *anchor;  // null where there is none
  int64_t line, column;  // from 0; columns are Unicode scalars; -1 where the bytes are no text at all
} cy_event;

/// `text` has to stay as long as the parser. Null where there is no memory.
cy_parser *cy_open(const unsigned char *text, int64_t size);
void cy_close(cy_parser *parser);
cy_event cy_next(cy_parser *parser);
