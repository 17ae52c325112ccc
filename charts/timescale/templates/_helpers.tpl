{{- define "timescale.labels" -}}
app.kubernetes.io/part-of: {{ .Values.product }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* A storage class cannot be changed, so its settings are in its name: others make another class beside it. */}}
{{- define "timescale.storageClass" -}}
{{- $storage := .Values.storage -}}
{{ .Values.name }}-{{ $storage.type }}-{{ $storage.iops | int }}{{ with $storage.throughputMib }}-{{ . | int }}{{ end }}
{{- end }}

{{/* Where the product's own pool is asked for: its nodes, and the taint that keeps others away. */}}
{{- define "timescale.placement" -}}
{{- with .Values.pool -}}
nodeSelector:
  groundwork.io/pool: {{ . }}
tolerations:
  - key: groundwork.io/pool
    operator: Equal
    value: {{ . }}
    effect: NoSchedule
{{- end }}
{{- end }}
