// Package sqlite is that of FerretDB, to which this file is added.
package sqlite

import (
	"fmt"
	"strings"

	"github.com/FerretDB/FerretDB/internal/backends/sqlite/metadata"
	"github.com/FerretDB/FerretDB/internal/handler/sjson"
	"github.com/FerretDB/FerretDB/internal/types"
	"github.com/FerretDB/FerretDB/internal/util/must"
)

var comparisons = map[string]string{"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}

// pushDown puts into SQL what SQLite can answer of a filter, by its indexes where they begin so: strings and numbers that a
// field equals or is compared with. FerretDB applies the whole filter to what comes out. A field that holds an array is
// not found by what is in it.
func pushDown(filter *types.Document) (where string, args []any) {
	var terms []string
	for _, key := range filter.Keys() {
		if !isField(key) {
			continue
		}
		term, own := conditions(key, must.NotFail(filter.Get(key)))
		terms = append(terms, term...)
		args = append(args, own...)
	}
	if len(terms) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(terms, " AND "), args
}

// inOrder has SQLite sort, so that no more documents are decoded than are asked for. Each field must hold numbers only, or
// plain strings only.
func inOrder(sort *types.Document) (orderBy string, isOrdered bool) {
	var terms []string
	for _, key := range sort.Keys() {
		if !isField(key) {
			return "", false
		}
		direction := ""
		if must.NotFail(sort.Get(key)) == int64(-1) {
			direction = " DESC"
		}
		terms = append(terms, number(key)+direction, column(key)+direction)
	}
	if len(terms) == 0 {
		return "", false
	}
	return " ORDER BY " + strings.Join(terms, ", "), true
}

func conditions(key string, value any) (terms []string, args []any) {
	if isPlain(value) {
		return []string{column(key) + " = ?"}, []any{stored(value)}
	}
	operators, ok := value.(*types.Document)
	if !ok {
		return nil, nil
	}
	for _, operator := range operators.Keys() {
		operand := must.NotFail(operators.Get(operator))
		if sign, ok := comparisons[operator]; ok && isPlain(operand) {
			terms = append(terms, fmt.Sprintf("%s %s ?", comparable(key, operand), sign))
			args = append(args, operand)
		}
		if list, ok := operand.(*types.Array); ok && operator == "$in" {
			if all := plainOnes(list); all != nil {
				marks := strings.TrimSuffix(strings.Repeat("?, ", len(all)), ", ")
				terms = append(terms, fmt.Sprintf("%s IN (%s)", column(key), marks))
				args = append(args, all...)
			}
		}
	}
	return terms, args
}

func isField(key string) bool {
	return key != "" && !strings.ContainsAny(key, `$."`)
}

// column is a field as FerretDB writes it in an index: what is stored, as JSON.
func column(key string) string {
	return fmt.Sprintf("%s->%q", metadata.DefaultColumn, key)
}

func number(key string) string {
	return fmt.Sprintf("CAST(%s AS NUMERIC)", column(key))
}

func comparable(key string, operand any) string {
	if _, ok := operand.(string); ok {
		return fmt.Sprintf("%s->>%q", metadata.DefaultColumn, key)
	}
	return number(key)
}

// plainOnes is nil unless all are plain.
func plainOnes(list *types.Array) []any {
	all := make([]any, 0, list.Len())
	for at := range list.Len() {
		value := must.NotFail(list.Get(at))
		if !isPlain(value) {
			return nil
		}
		all = append(all, stored(value))
	}
	return all
}

func isPlain(value any) bool {
	switch value.(type) {
	case string, int32, int64, float64:
		return true
	}
	return false
}

func stored(value any) string {
	return string(must.NotFail(sjson.MarshalSingleValue(value)))
}
