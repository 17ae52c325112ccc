{{/* Annotations of a pod that runs to an end. Karpenter leaves its node alone until it has ended, or until the node's grace
period is over, which is no shorter than the longest of these pods may run. */}}
{{- define "workload.toItsEnd" -}}
annotations:
  karpenter.sh/do-not-disrupt: "true"
{{- end }}

{{/* A Job's spec: (dict "root" $ "name" name "job" job). */}}
{{- define "workload.job" -}}
{{- $name := .name }}
{{- $job := .job }}
backoffLimit: {{ $job.retries | int }}
activeDeadlineSeconds: {{ $job.deadlineSeconds | int }}
template:
  metadata:
    labels:
      {{- include "workload.appLabels" (dict "root" .root "app" $name) | nindent 6 }}
    {{- include "workload.toItsEnd" . | nindent 4 }}
  spec:
    serviceAccountName: {{ $name }}
    automountServiceAccountToken: false
    enableServiceLinks: false
    restartPolicy: Never
    priorityClassName: background
    securityContext:
      {{- include "workload.podSecurity" $job.user | nindent 6 }}
    containers:
      - name: {{ $name }}
        image: {{ $job.image }}
        {{- with $job.command }}
        command:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- with $job.arguments }}
        args:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- with include "workload.secretEnvFrom" $job.secretEnvironment }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- $keys := dig "secretEnvironment" "keys" list $job }}
        {{- if or $job.environment $keys }}
        env:
          {{- with $job.podFields }}
          {{- include "workload.podFields" . | trim | nindent 10 }}
          {{- end }}
          {{- range $key, $value := $job.environment }}
          - name: {{ $key }}
            value: {{ $value | toString | quote }}
          {{- end }}
          {{- with $keys }}
          {{- include "workload.secretEnv" $job.secretEnvironment | trim | nindent 10 }}
          {{- end }}
        {{- end }}
        resources:
          {{- toYaml $job.resources | nindent 10 }}
        securityContext:
          {{- include "workload.containerSecurity" true | nindent 10 }}
        {{- if $job.writablePaths }}
        volumeMounts:
          {{- range $index, $path := $job.writablePaths }}
          - name: writable-{{ $index }}
            mountPath: {{ $path }}
          {{- end }}
        {{- end }}
    {{- if $job.writablePaths }}
    volumes:
      {{- range $index, $path := $job.writablePaths }}
      - name: writable-{{ $index }}
        emptyDir:
          sizeLimit: 1Gi
      {{- end }}
    {{- end }}
{{- end }}
